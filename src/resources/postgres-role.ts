import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { readRights } from './postgres-acls.ts'
import { askGrant, grantStatements, postgresGrant } from './postgres-grants.ts'
import { pgName, pgText, postgresClient, postgresLogin, postgresTrouble, sqlAsked } from './postgres-login.ts'
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
  grants: z.array(postgresGrant).default([]).describe('What it may do with what the database has.'),
  comment: z
    .string()
    .regex(/^[^\0]*$/)
    .optional()
    .describe('What is noted of it.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: there is no such role.'),
  as: oneLine.optional().describe('In whose role it is made.'),
  login: postgresLogin,
})

type Role = z.infer<typeof schema>

/** A role of PostgreSQL, by the client of the host. */
export const postgresRole: ResourceKind<Role, { answer: Query<Answer> }> = probed({
  name: 'postgresql_user',
  summary: 'A role of PostgreSQL.',
  schema,
  subject: ({ name }) => name,
  ask: ({ name, expires, password, comment, grants, as, login }) => {
    const until =
      expires === undefined ? 'true' : `rolvaliduntil IS NOT DISTINCT FROM ${pgText(expires)}::timestamptz`
    const noted =
      comment === undefined
        ? 'true'
        : `coalesce(pg_catalog.shobj_description(oid, 'pg_authid'), '') = ${pgText(comment)}`
    const flags = Object.values(columns).join(`::int || ',' || `)
    return lines(
      postgresClient(login),
      sqlAsked(
        `SELECT 'role|' || ${flags}::int || '|' || rolconnlimit || '|' || (${until})::int || '|' || (${noted})::int FROM pg_catalog.pg_roles WHERE rolname = ${pgText(name)};`,
        as,
      ),
      // Who is no superuser sees no password.
      password === undefined || password === ''
        ? sh`:`
        : sh`printf '%s\n' ${`SELECT 'secret|' || coalesce(rolpassword, '') || '|' || ('md5' || md5(${pgText(password + name)})) FROM pg_catalog.pg_authid WHERE rolname = ${pgText(name)};`} | us_sql 2>/dev/null || :`,
      ...grants.map((grant) => lines(sh`echo grant`, sqlAsked(askGrant(grant, [name]), as))),
    )
  },
  change: (wanted, { stdout }) => {
    const { name, password, password_once, flags, expires, connections, passed_over, state, login } = wanted
    const trouble = postgresTrouble(stdout)
    if (trouble) return trouble
    const [own = '', ...rights] = stdout.split(/^grant$/m)
    const line = (word: string) =>
      own
        .split('\n')
        .find((one) => one.startsWith(`${word}|`))
        ?.split('|')
    const role = line('role')
    const granted = wanted.grants.map((grant, index) =>
      grantStatements(grant, { roles: [name], state }, readRights(rights[index] ?? '')),
    )
    const missing = granted.find((one) => typeof one === 'string')
    if (missing !== undefined && (role || state === 'present')) return String(missing)
    const grants = granted.flat()
    const tell = (summary: string, statements: readonly string[], orElse = '') => ({
      summary,
      disturbs: ['postgresql'],
      // The server is asked not to write the statement into its log; who may not ask that is heard all the same.
      script: lines(
        postgresClient(login),
        sh`{ printf '%s\n' ${wanted.as === undefined ? [] : [`SET ROLE ${pgName(wanted.as)};`]} '\set ON_ERROR_STOP 0' "SET log_statement = 'none';" "SET log_min_duration_statement = -1;" "SET log_min_error_statement = 'panic';" '\set ON_ERROR_STOP 1' ${statements}; } | us_sql 2>"$us_d/said" || { grep -v 'permission denied to set' "$us_d/said" >&2; ${embed(orElse === '' ? sh`exit 1` : sh`:`)}; }`,
      ),
    })
    if (state === 'absent')
      return role
        ? tell('drop', [...grants, `DROP ROLE ${pgName(name)};`], passed_over ? 'kept' : '')
        : undefined
    const [, bits = '', limit = '', until = '', noted = ''] = role ?? []
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
    const comments = wanted.comment !== undefined && noted !== '1'
    if (role && words.length === 0 && grants.length === 0 && !comments) return undefined
    const shown = [
      ...words.map((word) => (word.startsWith('PASSWORD') ? 'its password' : word)),
      ...grants.map((one) => one.replace(/;$/, '')),
      ...(comments ? ['its comment'] : []),
    ].join(', ')
    // A user is a role that may log in.
    const verb = role ? 'ALTER ROLE' : 'CREATE USER'
    const made = `${verb} ${pgName(name)}${words.length === 0 ? '' : ` WITH ${words.join(' ')}`};`
    return tell(role ? `set ${shown}` : `create${shown === '' ? '' : `, ${shown}`}`, [
      ...(role && words.length === 0 ? [] : [made]),
      ...grants,
      ...(comments ? [`COMMENT ON ROLE ${pgName(name)} IS ${pgText(wanted.comment ?? '')};`] : []),
    ])
  },
})
