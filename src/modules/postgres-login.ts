import { fields } from './file-options.ts'
import { bool, dict, different, done, int, path, refused, str } from './option.ts'

/** What every module of PostgreSQL can say about its server. */
export const postgresLogin = {
  trust_input: different('names and values are quoted', bool(true)),
  login_user: done(str({ aliases: ['login'], default: 'postgres' })),
  login_password: done(str({ default: '', secret: true })),
  login_host: done(str({ aliases: ['host'], default: '' })),
  login_unix_socket: done(str({ aliases: ['unix_socket'], default: '' })),
  port: done(int({ aliases: ['login_port'], default: 5432 })),
  ssl_mode: done(
    str({
      choices: ['allow', 'disable', 'prefer', 'require', 'verify-ca', 'verify-full'],
      default: 'prefer',
    }),
  ),
  ca_cert: done(str({ aliases: ['ssl_rootcert'] })),
  ssl_cert: refused('put it where psql looks for it', path()),
  ssl_key: refused('put it where psql looks for it', path()),
  connect_params: refused('say it with the other options', dict({ default: {} })),
}

/** How a module of PostgreSQL says where its server is. */
interface Said {
  readonly login_user: string
  readonly login_password: string
  readonly login_host: string
  readonly login_unix_socket: string
  readonly port: number
  readonly ssl_mode: string
  readonly ca_cert: string | undefined
}

/** The same as resources take it. */
export function postgresLoginOf(given: Said, database: string): Readonly<Record<string, unknown>> {
  return fields({
    user: given.login_user,
    password: given.login_password,
    host: given.login_host,
    socket: given.login_unix_socket,
    port: given.port,
    database: database === '' ? undefined : database,
    ssl: given.ssl_mode,
    ca: given.ca_cert,
  })
}
