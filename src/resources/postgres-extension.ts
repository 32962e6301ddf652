import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { lines } from '../shell/quote.ts'
import { jsonLine } from './json-line.ts'
import {
  pgName,
  pgText,
  postgresClient,
  postgresLogin,
  postgresTrouble,
  runSql,
  sqlAsked,
} from './postgres-login.ts'
import { type Answer, probed } from './probed.ts'

const oneLine = z.string().regex(/^[^\n\0]+$/, 'must be one line')

const schema = z.strictObject({
  name: oneLine.describe('The extension.'),
  schema: oneLine.optional().describe('Where what it brings goes when it is made.'),
  version: oneLine.optional().describe('Its version; `latest`: the one its files have.'),
  cascade: z.boolean().default(false).describe('With those it needs, or those that need it.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: the database is without it.'),
  as: oneLine.optional().describe('In whose role it is done.'),
  login: postgresLogin,
})

type Extension = z.infer<typeof schema>

/** An extension of a database of PostgreSQL. */
export const postgresExtension: ResourceKind<Extension, { answer: Query<Answer> }> = probed({
  name: 'postgresql_ext',
  summary: 'An extension of a database of PostgreSQL.',
  schema,
  subject: ({ name, login }) => `${name} in ${login.database}`,
  ask: ({ name, version, as, login }) => {
    const extension = pgText(name)
    const paths = `SELECT json_build_array('way', path)::text FROM pg_catalog.pg_extension_update_paths(${extension}) WHERE target = ${pgText(version ?? '')} AND source = (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = ${extension})`
    return lines(
      postgresClient(login),
      sqlAsked(
        `SELECT json_build_array('has', extversion)::text FROM pg_catalog.pg_extension WHERE extname = ${extension}
UNION ALL SELECT json_build_array('latest', default_version)::text FROM pg_catalog.pg_available_extensions WHERE name = ${extension}
UNION ALL SELECT json_build_array('there', version)::text FROM pg_catalog.pg_available_extension_versions WHERE name = ${extension}
${version === undefined || version === 'latest' ? '' : `UNION ALL ${paths}`};`,
        as,
      ),
    )
  },
  change: ({ name, schema, version, cascade, state, as, login }, { stdout }) => {
    const trouble = postgresTrouble(stdout)
    if (trouble) return trouble
    const said = stdout
      .split('\n')
      .map((line) => (line.startsWith('["') ? jsonLine(line) : undefined))
      .filter((one): one is [string, string | null] => Array.isArray(one))
    const told = (word: string) => said.flatMap(([one, value]) => (one === word ? [value] : []))
    const [has] = told('has')
    const [latest] = told('latest')
    const more = cascade ? ' CASCADE' : ''
    const run = (summary: string, statement: string) => ({
      summary,
      script: lines(postgresClient(login), runSql([statement], as)),
      disturbs: ['postgresql'],
    })
    if (state === 'absent')
      return has == null ? undefined : run('drop', `DROP EXTENSION ${pgName(name)}${more};`)
    const target = version === 'latest' ? latest : version
    if (has == null) {
      if (told('there').length === 0)
        return `the server has no files of the extension ${name}: install their package in a task before`
      if (version !== undefined && version !== 'latest' && !told('there').includes(version))
        return `the server has no version ${version} of the extension ${name}`
      const where = schema === undefined ? '' : ` WITH SCHEMA ${pgName(schema)}`
      const exactly = version === undefined || version === 'latest' ? '' : ` VERSION ${pgText(version)}`
      return run('create', `CREATE EXTENSION ${pgName(name)}${where}${exactly}${more};`)
    }
    if (target == null || target === has) return undefined
    if (version !== 'latest' && !told('way').some((path) => path !== null))
      return `there is no way from version ${has} of ${name} to ${target}`
    return {
      ...run(
        `update to ${target}`,
        `ALTER EXTENSION ${pgName(name)} UPDATE${version === 'latest' ? '' : ` TO ${pgText(target)}`};`,
      ),
      differences: [{ is: 'attribute', name: 'version', before: has, after: target }],
    }
  },
})
