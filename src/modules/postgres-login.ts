import { fields } from './file-options.ts'

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
