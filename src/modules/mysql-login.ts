import { fields } from './file-options.ts'
import { bool, different, done, int, path, refused, str } from './option.ts'

/** What every module of MySQL can say about its server. */
export const mysqlLogin = {
  login_user: done(str()),
  login_password: done(str({ secret: true })),
  login_host: different(
    'with `localhost` its socket is asked, as the client does',
    str({ default: 'localhost' }),
  ),
  login_port: done(int({ default: 3306 })),
  login_unix_socket: done(str()),
  connect_timeout: done(int({ default: 30 })),
  config_file: done(path({ default: '~/.my.cnf' })),
  ca_cert: done(path({ aliases: ['ssl_ca'] })),
  client_cert: done(path({ aliases: ['ssl_cert'] })),
  client_key: done(path({ aliases: ['ssl_key'] })),
  check_hostname: refused('write it to a file of the client', bool()),
}

/** How a module of MySQL says where its server is. */
interface Said {
  readonly login_user: string | undefined
  readonly login_password: string | undefined
  readonly login_host: string
  readonly login_port: number
  readonly login_unix_socket: string | undefined
  readonly connect_timeout: number
  readonly config_file: string
  readonly ca_cert: string | undefined
  readonly client_cert: string | undefined
  readonly client_key: string | undefined
}

/** The same as resources take it; what is not said is left to the files of the client. */
export function mysqlLoginOf(given: Said, said: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return fields({
    user: given.login_user,
    password: given.login_password,
    host: said.has('login_host') ? given.login_host : undefined,
    port: said.has('login_port') ? given.login_port : undefined,
    socket: given.login_unix_socket,
    timeout: given.connect_timeout,
    file: given.config_file,
    ca: given.ca_cert,
    certificate: given.client_cert,
    key: given.client_key,
  })
}
