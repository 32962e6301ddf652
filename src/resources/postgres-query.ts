import { z } from 'zod'
import { type Registered, type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { lines } from '../shell/quote.ts'
import { jsonLine } from './json-line.ts'
import { pgText, postgresClient, postgresLogin, postgresTrouble, runSql, sqlAsked } from './postgres-login.ts'
import { type Answer, probed } from './probed.ts'

const oneLine = z.string().regex(/^[^\n\0]+$/, 'must be one line')

const schema = z.strictObject({
  statements: z
    .array(z.string().regex(/^[^\0]*\S[^\0]*$/, 'must be a statement'))
    .min(1)
    .describe('What the server is asked or told; values stand in it.'),
  alone: z.boolean().default(false).describe('Each is made for good by itself, not all together.'),
  path: z.array(oneLine).default([]).describe('Schemas in which names are looked for.'),
  encoding: oneLine.optional().describe('How texts are written.'),
  as: oneLine.optional().describe('In whose role it is done.'),
  login: postgresLogin,
})

type PostgresQuery = z.infer<typeof schema>

/** What a server of PostgreSQL answers. One that only reads is asked by plans, too; another one is run in every run. */
export const postgresQuery: ResourceKind<PostgresQuery, { answer: Query<Answer> }> = probed({
  name: 'postgresql_query',
  summary: 'What a server of PostgreSQL answers.',
  schema,
  subject: ({ statements }) => statements.map(bare).join('; '),
  subjectTells: true,
  isList: true,
  ask: (wanted) => {
    const { statements, as, login } = wanted
    // A server that cannot be asked is told by what fails when its turn comes.
    const asked = onlyReads(wanted)
      ? [
          'BEGIN READ ONLY;',
          ...statements.map(
            (one) => `SELECT 'next'; SELECT row_to_json(us_row) FROM (\n${bare(one)}\n) us_row;`,
          ),
          'ROLLBACK;',
        ]
      : ['SELECT 1;']
    return lines(postgresClient(login), sqlAsked([...settings(wanted), ...asked].join('\n'), as))
  },
  change: (wanted, { stdout }) => {
    const trouble = postgresTrouble(stdout)
    if (trouble) return trouble
    if (onlyReads(wanted))
      return partsOf(stdout).length === wanted.statements.length
        ? undefined
        : 'the answer is longer than can be kept as a result: ask for less'
    const { statements, alone, as, login } = wanted
    const told = statements.map((one) => `${bare(one)}\n;`)
    return {
      summary: 'run, as in every run',
      script: lines(
        postgresClient(login),
        runSql(
          [
            ...settings(wanted),
            ...(alone ? [] : ['BEGIN;']),
            String.raw`\set QUIET off`,
            ...told,
            String.raw`\set QUIET on`,
            ...(alone ? [] : ['COMMIT;']),
          ],
          as,
        ),
      ),
      disturbs: ['postgresql'],
      didChange: (output) => tagsIn(output).some(isOfChange),
      tells: (output) => {
        const tags = tagsIn(output)
        return {
          statusmessage: tags.at(-1) ?? '',
          rowcount: tags.reduce((sum, tag) => sum + (Number(/\d+$/.exec(tag)?.[0]) || 0), 0),
          query: bare(statements.at(-1) ?? ''),
          query_list: statements,
        }
      },
    }
  },
  // One that does something has no result before it was run.
  result: ({ stdout }, wanted) =>
    onlyReads(wanted) ? resultOf(stdout, wanted.statements) : { ...unchanged, skipped: true },
})

/** Functions of the server that do something, whatever transaction they are called in. */
const doing =
  /\b(?:pg_(?!get_|is_|has_|\w*size\b|\w*_is_visible\b|\w*_settings?\b|typeof\b)\w+|set_config|nextval|setval|lo_\w+|dblink\w*|query_to_xml)\s*\(/i

/** Does it only ask? What it is then, no statement of a transaction that only reads can change. */
export function onlyReads({ statements }: Pick<PostgresQuery, 'statements'>): boolean {
  return statements.every((one) => {
    const text = bare(one)
    return (
      /^(select|values|table)\b/i.test(text) &&
      !/;|\binto\b|\bfor\s+(update|share|no key|key)\b/i.test(text) &&
      !doing.test(text)
    )
  })
}

function settings({ path, encoding }: PostgresQuery): readonly string[] {
  return [
    ...(encoding === undefined ? [] : [`SET client_encoding TO ${pgText(encoding)};`]),
    ...(path.length === 0 ? [] : [`SET search_path TO ${path.join(', ')};`]),
  ]
}

function bare(statement: string): string {
  return statement.trim().replace(/[;\s]+$/, '')
}

/** Lines such as `INSERT 0 1` and `CREATE TABLE`, with which a server ends each statement. */
function tagsIn(output: string): readonly string[] {
  return output.split('\n').filter((line) => /^[A-Z][A-Z ]+( \d+)*$/.test(line))
}

/** To change no row is no change. */
function isOfChange(tag: string): boolean {
  if (/^(SELECT|SHOW|FETCH|BEGIN|COMMIT|SET)\b/.test(tag)) return false
  return /^(INSERT|UPDATE|DELETE|MERGE|COPY)\b/.test(tag) ? !/ 0$/.test(tag) : true
}

/** The answers, statement by statement. */
function partsOf(stdout: string): readonly string[] {
  return stdout.split(/^next$/m).slice(1)
}

function resultOf(stdout: string, statements: readonly string[]): Registered {
  const all = partsOf(stdout).map((part) =>
    part.split('\n').flatMap((line) => (line.startsWith('{') ? [jsonLine(line)] : [])),
  )
  const rows = all.at(-1) ?? []
  return {
    ...unchanged,
    found: {
      query: bare(statements.at(-1) ?? ''),
      query_list: statements,
      query_result: rows,
      query_all_results: all,
      rowcount: all.reduce((sum, one) => sum + one.length, 0),
      statusmessage: `SELECT ${rows.length}`,
    },
  }
}
