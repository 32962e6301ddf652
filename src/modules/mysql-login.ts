import { fields } from './file-options.ts'

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
