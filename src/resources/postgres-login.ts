import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'

const oneLine = z.string().regex(/^[^\n\0]*$/, 'must be one line')

/** How the client of the host reaches its server. */
export const postgresLogin = z.strictObject({
  user: oneLine
    .default('postgres')
    .describe('Who asks; root becomes him where the server knows users of the machine.'),
  password: oneLine.default('').describe('His password. Never shown.').meta({ writeOnly: true }),
  host: oneLine.default('').describe('The server; empty: its socket.'),
  socket: oneLine.default('').describe('The directory of its socket.'),
  port: z.int().min(1).max(65_535).default(5432).describe('Its port.'),
  database: oneLine.default('postgres').describe('The database that is asked.'),
  ssl: z
    .string()
    .regex(/^[a-z-]+$/)
    .default('prefer')
    .describe('Whether it is asked over TLS.'),
  ca: absolutePath.optional().describe('The certificate of its CA.'),
})

/** How the client of the host reaches its server. */
export type PostgresLogin = z.infer<typeof postgresLogin>

/**
 * Defines `us_sql`, which has a server run what stands on standard input and fails with the first statement that does. A
 * password stands in a file that only its owner can read. `us_d` is a private directory.
 */
export function postgresClient({
  user,
  password,
  host,
  socket,
  port,
  database,
  ssl,
  ca,
}: PostgresLogin): Script {
  const pass = `*:*:*:*:${password.replaceAll(/[\\:]/g, '\\$&')}`
  return lines(
    sh`command -v psql >/dev/null 2>&1 || { echo no-client; exit 0; }
us_d=$(mktemp -d)
trap 'rm -rf -- "$us_d"' EXIT
trap 'exit 130' INT TERM
PGUSER=${user} PGPORT=${port} PGDATABASE=${database} PGSSLMODE=${ssl}; export PGUSER PGPORT PGDATABASE PGSSLMODE`,
    host === '' && socket === ''
      ? sh`unset PGHOST`
      : sh`PGHOST=${host === '' ? socket : host}; export PGHOST`,
    ca === undefined ? sh`:` : sh`PGSSLROOTCERT=${ca}; export PGSSLROOTCERT`,
    password === ''
      ? sh`:`
      : sh`(umask 077; printf '%s\n' ${pass} >"$us_d/pass"); PGPASSFILE=$us_d/pass; export PGPASSFILE`,
    // Over its socket a server asks the machine who somebody is.
    host === '' && password === ''
      ? sh`us_sql() {
  if [ "$(id -u)" = 0 ] && id -u -- "$PGUSER" >/dev/null 2>&1 && [ "$PGUSER" != root ]; then
    (cd / && su -s /bin/sh "$PGUSER" -c 'exec psql -X -q -A -t -w -v ON_ERROR_STOP=1')
  else psql -X -q -A -t -w -v ON_ERROR_STOP=1; fi
}`
      : sh`us_sql() { psql -X -q -A -t -w -v ON_ERROR_STOP=1; }`,
  )
}

/** A text as one word of SQL, however the server reads backslashes. */
export function pgText(text: string): string {
  const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  return text.includes('\\') ? `E${quoted}` : quoted
}

/** A name of something in a server. */
export function pgName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Prints what a server answers, or `trouble` and why it does not; in somebody's role, where one is said. */
export function sqlAsked(statement: string, role?: string): Script {
  return sh`printf '%s\n' ${[...inRole(role), statement]} | us_sql 2>"$us_d/said" || { echo "trouble $(head -n 1 "$us_d/said")"; exit 0; }`
}

/** Has a server run statements, and stops at the first that fails. */
export function runSql(statements: readonly string[], role?: string): Script {
  return sh`printf '%s\n' ${[...inRole(role), ...statements]} | us_sql`
}

function inRole(role: string | undefined): readonly string[] {
  return role === undefined ? [] : [`SET ROLE ${pgName(role)};`]
}

/** Why nothing can be known of a server, if so. */
export function postgresTrouble(answer: string): string | undefined {
  if (answer.startsWith('no-client')) return 'there is no psql on this host: install it in a task before'
  const trouble = answer.split('\n').find((line) => line.startsWith('trouble '))
  return trouble && `the server cannot be asked: ${trouble.slice(8)}`
}
