import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { pgName, pgText, postgresClient, postgresLogin } from './postgres-login.ts'
import { type Answer, probed } from './probed.ts'

const oneLine = z
  .string()
  .regex(/^[^\n\0]*$/, 'must be one line')
  .default('')

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[^\n\0]+$/, 'must be one line')
    .describe('The database.'),
  owner: oneLine.describe('The role that owns it.'),
  template: oneLine.describe('What a new one is made of.'),
  encoding: oneLine.describe('How texts are written in it.'),
  collate: oneLine.describe('How texts are sorted in it.'),
  ctype: oneLine.describe('What is a letter in it.'),
  tablespace: oneLine.describe('Where a new one is kept.'),
  connections: z.int().min(-1).optional().describe('So many at once at most.'),
  force: z.boolean().default(false).describe('Who is connected to it is cut off where it is dropped.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: there is no such database.'),
  login: postgresLogin,
})

type Database = z.infer<typeof schema>

/** A database of PostgreSQL, by the client of the host. */
export const postgresDatabase: ResourceKind<Database, { answer: Query<Answer> }> = probed({
  name: 'postgresql_db',
  summary: 'A database of PostgreSQL.',
  schema,
  subject: ({ name }) => name,
  ask: ({ name, encoding, login }) =>
    lines(
      postgresClient(login),
      sh`printf '%s\n' ${`SELECT pg_catalog.pg_get_userbyid(datdba) || E'\\n' || (encoding = pg_char_to_encoding(${pgText(encoding === '' ? 'UTF8' : encoding)}))::int || E'\\n' || datcollate || E'\\n' || datctype || E'\\n' || datconnlimit FROM pg_catalog.pg_database WHERE datname = ${pgText(name)};`} | us_sql 2>"$us_d/said" || { echo "trouble $(head -n 1 "$us_d/said")"; exit 0; }`,
    ),
  change: (wanted, { stdout }) => {
    const { name, owner, template, encoding, collate, ctype, tablespace, connections, force, state, login } =
      wanted
    if (stdout.startsWith('no-client')) return 'there is no psql on this host: install it in a task before'
    if (stdout.startsWith('trouble ')) return `the server cannot be asked: ${stdout.split('\n')[0]?.slice(8)}`
    const isThere = stdout.trim() !== ''
    const [hasOwner = '', isEncoding = '', hasCollate = '', hasCtype = '', limit = ''] = stdout.split('\n')
    const tell = (summary: string, statements: readonly string[]) => ({
      summary,
      disturbs: ['postgresql'],
      script: lines(postgresClient(login), sh`printf '%s\n' ${statements.join('\n')} | us_sql`),
      takesLong: true as const,
    })
    if (state === 'absent')
      return isThere
        ? tell('drop, with all data', [`DROP DATABASE ${pgName(name)}${force ? ' WITH (FORCE)' : ''};`])
        : undefined
    if (!isThere) {
      const words = [
        ...(owner === '' ? [] : [`OWNER ${pgName(owner)}`]),
        ...(template === '' ? [] : [`TEMPLATE ${pgName(template)}`]),
        ...(encoding === '' ? [] : [`ENCODING ${pgText(encoding)}`]),
        ...(collate === '' ? [] : [`LC_COLLATE ${pgText(collate)}`]),
        ...(ctype === '' ? [] : [`LC_CTYPE ${pgText(ctype)}`]),
        ...(tablespace === '' ? [] : [`TABLESPACE ${pgName(tablespace)}`]),
        ...(connections === undefined ? [] : [`CONNECTION LIMIT ${connections}`]),
      ]
      return tell('create', [`CREATE DATABASE ${pgName(name)} ${words.join(' ')};`])
    }
    if (encoding !== '' && isEncoding !== '1') return `${name} has another encoding, which cannot be changed`
    if (collate !== '' && collate !== hasCollate)
      return `${name} sorts by ${hasCollate}, which cannot be changed`
    if (ctype !== '' && ctype !== hasCtype)
      return `${name} has the letters of ${hasCtype}, which cannot be changed`
    const statements = [
      ...(owner === '' || owner === hasOwner
        ? []
        : [`ALTER DATABASE ${pgName(name)} OWNER TO ${pgName(owner)};`]),
      ...(connections === undefined || limit === String(connections)
        ? []
        : [`ALTER DATABASE ${pgName(name)} CONNECTION LIMIT ${connections};`]),
    ]
    return statements.length === 0 ? undefined : tell('set owner and limits', statements)
  },
})
