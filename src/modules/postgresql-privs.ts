import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'
import { postgresLogin, postgresLoginOf } from './postgres-login.ts'

const inSchemas = ['table', 'sequence', 'function', 'procedure', 'type', 'default_privs']

/** Of these all that a schema has can be meant. */
const wholeSchemas = ['table', 'sequence', 'function', 'procedure']

function words(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** community.postgresql.postgresql_privs. */
export const postgresqlPrivsModule = module({
  name: 'postgresql_privs',
  collection: 'community.postgresql',
  summary: 'What roles of PostgreSQL may do: plans ask the server.',
  options: {
    database: done(str({ aliases: ['db', 'login_db'], required: true })),
    state: different(
      'of default privileges, what "objs" names is taken away',
      str({ choices: ['absent', 'present'], default: 'present' }),
    ),
    privs: done(str({ aliases: ['priv'] })),
    type: done(
      str({
        choices: [
          'database',
          'default_privs',
          'foreign_data_wrapper',
          'foreign_server',
          'function',
          'group',
          'language',
          'table',
          'tablespace',
          'schema',
          'sequence',
          'type',
          'procedure',
        ],
        default: 'table',
      }),
    ),
    objs: done(str({ aliases: ['obj'] })),
    schema: done(str()),
    roles: different('what PUBLIC may do already is no change', str({ aliases: ['role'], required: true })),
    fail_on_role: done(bool(true)),
    session_role: done(str()),
    target_roles: done(str()),
    grant_option: done(bool(undefined, { aliases: ['admin_option'] })),
    password: done(str({ default: '', secret: true })),
    usage_on_types: done(bool(true)),
    ...postgresLogin,
  },
  means: (given) => {
    const { type, objs, privs, state, roles, fail_on_role, session_role, grant_option } = given
    if (!inSchemas.includes(type) && given.schema !== undefined)
      return { option: 'schema', refused: `a ${type} lies in no schema` }
    if (objs === undefined && type !== 'database') return { refused: `"objs" is missing for a ${type}` }
    if (privs !== undefined && type === 'group')
      return { option: 'privs', refused: 'who is a member of a group has all its privileges' }
    if (privs === undefined && type !== 'group') return { refused: `"privs" is missing for a ${type}` }
    if (objs === 'ALL_IN_SCHEMA' && !wholeSchemas.includes(type))
      return { option: 'objs', refused: `ALL_IN_SCHEMA is for ${wholeSchemas.join(', ')}` }
    if (given.password !== '' && given.login_password !== '')
      return { option: 'password', refused: '"password" and "login_password" are the same: give one' }
    const isNowhere = objs === 'schemas' || given.schema === 'not-specified'
    const schema = inSchemas.includes(type) && !isNowhere ? (given.schema ?? 'public') : undefined
    if (objs === 'ALL_IN_SCHEMA' && schema === undefined)
      return { option: 'objs', refused: 'ALL_IN_SCHEMA needs a schema' }
    const rights = words(privs ?? '').map((one) => one.toUpperCase())
    const login = { ...given, login_password: given.login_password || given.password }
    return {
      kind: 'postgres_rights',
      fields: fields({
        grant: grantOf({ ...given, objs: objs ?? given.database, schema, rights }),
        roles: words(roles).map((role) => (role.toUpperCase() === 'PUBLIC' ? 'PUBLIC' : role)),
        passed_over: !fail_on_role,
        grant_option: state === 'present' ? grant_option : undefined,
        state,
        as: session_role,
        login: postgresLoginOf(login, given.database),
      }),
    }
  },
})

function grantOf({
  type,
  objs,
  schema,
  rights,
  target_roles,
  usage_on_types,
}: {
  readonly type: string
  readonly objs: string
  readonly schema: string | undefined
  readonly rights: readonly string[]
  readonly target_roles: string | undefined
  readonly usage_on_types: boolean
}): Readonly<Record<string, unknown>> {
  if (type === 'group') return { on: 'groups', groups: words(objs) }
  if (type === 'default_privs') {
    const all = ['TABLES', 'SEQUENCES', 'FUNCTIONS', 'TYPES']
    const sorts = objs === 'ALL_DEFAULT' ? all : words(objs).map((one) => one.toUpperCase())
    return fields({ on: 'later', sorts, schema, makers: words(target_roles ?? ''), rights, usage_on_types })
  }
  // The commas of a signature are written as colons.
  const named = words(objs).map((one) =>
    type === 'function' || type === 'procedure' ? one.replaceAll(':', ',') : one,
  )
  return fields({
    on: 'things',
    sort: type,
    schema,
    rights,
    objects: objs === 'ALL_IN_SCHEMA' ? undefined : named,
  })
}
