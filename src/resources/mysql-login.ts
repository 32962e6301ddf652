import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'

const oneLine = z.string().regex(/^[^\n\0]*$/, 'must be one line')

/** How the client of the host reaches its server. */
export const mysqlLogin = z.strictObject({
  user: oneLine.optional().describe('Who asks; absent: as the files of the client say.'),
  password: oneLine.optional().describe('His password. Never shown.').meta({ writeOnly: true }),
  host: oneLine.optional().describe('The server.'),
  port: z.int().min(1).max(65_535).optional().describe('Its port.'),
  socket: absolutePath.optional().describe('Its socket.'),
  timeout: z.int().min(1).default(30).describe('Seconds to connect.'),
  file: oneLine.default('~/.my.cnf').describe('The file of the client that is read first.'),
  ca: absolutePath.optional().describe('The certificate of the CA of the server.'),
  certificate: absolutePath.optional().describe('The own certificate.'),
  key: absolutePath.optional().describe('Its key.'),
})

/** How the client of the host reaches its server. */
export type MysqlLogin = z.infer<typeof mysqlLogin>

/**
 * Defines `us_sql`, which has a server run what stands on standard input, and `us_d`, a private directory. A password
 * stands in a file there, and on no command line.
 */
export function mysqlClient(login: MysqlLogin): Script {
  const { file } = login
  const home = file.startsWith('~/') ? sh`"\${HOME:-/root}"/${file.slice(2)}` : sh`${file}`
  return lines(
    sh`us_my=$(command -v mariadb || command -v mysql) || { echo no-client; exit 0; }
us_d=$(mktemp -d)
trap 'rm -rf -- "$us_d"' EXIT
trap 'exit 130' INT TERM
us_file=${embed(home)}
(umask 077; { if [ -r "$us_file" ]; then printf '!include %s\n' "$us_file"; fi; printf '%s' ${clientSection(login)}; } >"$us_d/my.cnf")
us_sql() { "$us_my" --defaults-file="$us_d/my.cnf" --batch --skip-column-names --raw --connect-timeout=${login.timeout} "$@"; }`,
  )
}

function clientSection({ user, password, host, port, socket, ca, certificate, key }: MysqlLogin): string {
  const said = { user, password, host, port, socket, 'ssl-ca': ca, 'ssl-cert': certificate, 'ssl-key': key }
  const quoted = (value: string | number) => `"${String(value).replaceAll(/[\\"]/g, '\\$&')}"`
  const told = Object.entries(said).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quoted(value)}`],
  )
  return ['[client]', ...told, ''].join('\n')
}

/** What every text for the server begins with: then its signs mean what is taken here. */
export const plainSqlMode = "SET SESSION sql_mode = '';"

/** A text as one word of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

/** A name of a database or of something in one. */
export function sqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
