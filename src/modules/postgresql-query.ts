import { pgText } from '../resources/postgres-login.ts'
import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, dict, different, done, items, list, path, raw, refused, str } from './option.ts'
import { postgresLogin, postgresLoginOf } from './postgres-login.ts'

/** A value as SQL writes it. */
function writtenValue(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (Array.isArray(value)) return pgText(`{${value.map(elementOf).join(',')}}`)
  return pgText(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

function elementOf(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(elementOf).join(',')}}`
  if (value === null) return 'NULL'
  return typeof value === 'string' ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : String(value)
}

/** A statement with values in the places that `%s` and `%(name)s` hold for them, or what is wrong with these. */
function filled(
  statement: string,
  positional: readonly unknown[] | undefined,
  named: Readonly<Record<string, unknown>> | undefined,
): { readonly text: string } | { readonly wrong: string } {
  if (positional === undefined && named === undefined) return { text: statement }
  let at = 0
  let wrong: string | undefined
  const text = statement.replaceAll(/%(?:%|s|\((\w+)\)s)/g, (place: string, name: string | undefined) => {
    if (place === '%%') return '%'
    if (name === undefined) {
      if (!positional || at >= positional.length) wrong ??= 'there are more %s than values'
      at += 1
      return writtenValue(positional?.[at - 1])
    }
    if (!named || !(name in named)) wrong ??= `there is no value for ${name}`
    return writtenValue(named?.[name])
  })
  return wrong === undefined ? { text } : { wrong }
}

/** community.postgresql.postgresql_query. */
export const postgresqlQueryModule = module({
  name: 'postgresql_query',
  collection: 'community.postgresql',
  summary: 'What a server of PostgreSQL answers: plans ask what only reads.',
  options: {
    query: different('what a statement that changes something returns is no result', raw()),
    positional_args: done(items('raw')),
    named_args: done(dict()),
    path_to_script: refused('run "psql -f" with command', path()),
    session_role: done(str()),
    db: done(str({ aliases: ['login_db'] })),
    autocommit: done(bool(false)),
    encoding: done(str()),
    search_path: done(list()),
    as_single_query: refused('it is for path_to_script', bool(true)),
    ...postgresLogin,
  },
  means: (given) => {
    const { query, positional_args, named_args, session_role, db, autocommit, encoding, search_path } = given
    const statements = Array.isArray(query) ? query : query === undefined ? [] : [query]
    if (statements.length === 0 || statements.some((one) => typeof one !== 'string'))
      return query === undefined
        ? { refused: '"query" is missing' }
        : { option: 'query', refused: 'must be text' }
    if (positional_args && named_args)
      return { option: 'named_args', refused: '"positional_args" and "named_args" do not go together' }
    const all = statements.map((one) => filled(String(one), positional_args, named_args))
    const wrong = all.find((one) => 'wrong' in one)
    if (wrong && 'wrong' in wrong) return { option: 'query', refused: wrong.wrong }
    return {
      kind: 'postgres_query',
      fields: fields({
        statements: all.flatMap((one) => ('text' in one ? [one.text] : [])),
        alone: autocommit,
        path: search_path,
        encoding,
        as: session_role,
        login: postgresLoginOf(given, db ?? ''),
      }),
    }
  },
})
