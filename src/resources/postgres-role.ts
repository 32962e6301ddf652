import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { pgName, pgText, postgresClient, postgresLogin } from './postgres-login.ts'
import { type Answer, probed } from './probed.ts'
import { fitsVerifier } from './scram.ts'

const oneLine = z.string().regex(/^[^\n\0]*$/, 'must be one line')

/** Columns of pg_roles by what a role may have. */
const columns: Readonly<Record<string, string>> = {
  SUPERUSER: 'rolsuper',
  CREATEROLE: 'rolcreaterole',
  CREATEDB: 'rolcreatedb',
  INHERIT: 'rolinherit',
  LOGIN: 'rolcanlogin',
  REPLICATION: 'rolreplication',
  BYPASSRLS: 'rolbypassrls',
}

const schema = z.strictObject({
  name: oneLine.min(1).describe('The role.'),
  password: oneLine.optional().describe('Its password. Never shown.').meta({ writeOnly: true }),
  password_once: z.boolean().default(false).describe('One that is there keeps its password.'),
  flags: z
    .array(
      z
        .string()
        .refine(
          (flag) => (flag.startsWith('NO') ? flag.slice(2) : flag) in columns,
          'must be such as CREATEDB or NOLOGIN',
        ),
    )
    .default([])
    .describe('What it may do.'),
  expires: oneLine.optional().describe('Until when its password holds.'),
  connections: z.int().min(-1).optional().describe('So many at once at most.'),
  passed_over: z
    .boolean()
    .default(false)
    .describe('One that still owns something is left, which is no failure.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: there is no such role.'),
  login: postgresLogin,
})

type Role = z.infer<typeof schema>

/** A role of PostgreSQL, by the client of the host. */
export const postgresRole: ResourceKind<Role, { answer: Query<Answer> }> = probed({
  name: 'postgresql_user',
  summary: 'A role of PostgreSQL.',
  schema,
  subject: ({ name }) => name,
  ask: ({ name, expires, password, login }) => {
    const until =
      expires === undefined ? 'true' : `rolvaliduntil IS NOT DISTINCT FROM ${pgText(expires)}::timestamptz`
    const flags = Object.values(columns).join(`::int || ',' || `)
    return lines(
      postgresClient(login),
      sh`printf '%s\n' ${`SELECT 'role|' || ${flags}::int || '|' || rolconnlimit || '|' || (${until})::int FROM pg_catalog.pg_roles WHERE rolname = ${pgText(name)};`} | us_sql 2>"$us_d/said" || { echo "trouble $(head -n 1 "$us_d/said")"; exit 0; }`,
      // Who is no superuser sees no password.
      password === undefined || password === ''
        ? sh`:`
        : sh`printf '%s\n' ${`SELECT 'secret|' || coalesce(rolpassword, '') || '|' || ('md5' || md5(${pgText(password + name)})) FROM pg_catalog.pg_authid WHERE rolname = ${pgText(name)};`} | us_sql 2>/dev/null || :`,
    )
  },
  change: (wanted, { stdout }) => {
    const { name, password, password_once, flags, expires, connections, passed_over, state, login } = wanted
    if (stdout.startsWith('no-client')) return 'there is no psql on this host: install it in a task before'
    if (stdout.startsWith('trouble ')) return `the server cannot be asked: ${stdout.split('\n')[0]?.slice(8)}`
    const line = (word: string) =>
      stdout
        .split('\n')
        .find((one) => one.startsWith(`${word}|`))
        ?.split('|')
    const role = line('role')
    const tell = (summary: string, statement: string, orElse = '') => ({
      summary,
      // The server is asked not to write the statement into its log; who may not ask that is heard all the same.
      script: lines(
        postgresClient(login),
        sh`{ printf '%s\n' '\set ON_ERROR_STOP 0' "SET log_statement = 'none';" "SET log_min_duration_statement = -1;" "SET log_min_error_statement = 'panic';" '\set ON_ERROR_STOP 1' ${statement}; } | us_sql 2>"$us_d/said" || { grep -v 'permission denied to set' "$us_d/said" >&2; ${embed(orElse === '' ? sh`exit 1` : sh`:`)}; }`,
      ),
    })
    if (state === 'absent')
      return role ? tell('drop', `DROP ROLE ${pgName(name)};`, passed_over ? 'kept' : '') : undefined
    const [, bits = '', limit = '', until = ''] = role ?? []
    const has = bits.split(',')
    const order = Object.keys(columns)
    const others = flags.filter((flag) => {
      const isNo = flag.startsWith('NO')
      return !role || has[order.indexOf(isNo ? flag.slice(2) : flag)] !== (isNo ? '0' : '1')
    })
    const [, secret = '', md5 = ''] = line('secret') ?? []
    const isKnown =
      password === undefined || secret === md5 || secret === password || fitsVerifier(password, secret)
    const setsPassword = password !== undefined && (!role || (!password_once && !isKnown))
    const words = [
      ...others,
      ...(setsPassword ? [`PASSWORD ${password === '' ? 'NULL' : pgText(password)}`] : []),
      ...(expires !== undefined && until !== '1' ? [`VALID UNTIL ${pgText(expires)}`] : []),
      ...(connections !== undefined && limit !== String(connections)
        ? [`CONNECTION LIMIT ${connections}`]
        : []),
    ]
    if (role && words.length === 0) return undefined
    const shown = words.map((word) => (word.startsWith('PASSWORD') ? 'its password' : word)).join(', ')
    // A user is a role that may log in.
    const verb = role ? 'ALTER ROLE' : 'CREATE USER'
    return tell(
      role ? `set ${shown}` : `create${shown === '' ? '' : `, ${shown}`}`,
      `${verb} ${pgName(name)}${words.length === 0 ? '' : ` WITH ${words.join(' ')}`};`,
    )
  },
})
