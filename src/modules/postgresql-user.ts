import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, str } from './option.ts'
import { postgresLogin, postgresLoginOf } from './postgres-login.ts'

/** community.postgresql.postgresql_user. */
export const postgresqlUserModule = module({
  name: 'postgresql_user',
  collection: 'community.postgresql',
  summary: 'A role of PostgreSQL: plans ask the server.',
  options: {
    name: done(str({ aliases: ['user'], required: true })),
    password: done(str({ secret: true })),
    db: done(str({ aliases: ['login_db'], default: '' })),
    fail_on_user: done(bool(true, { aliases: ['fail_on_role'] })),
    priv: done(str()),
    role_attr_flags: done(str({ default: '' })),
    session_role: done(str()),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    encrypted: different('the server encrypts it, always', bool(true)),
    expires: done(str()),
    no_password_changes: done(bool(false)),
    conn_limit: done(int()),
    groups: done(list()),
    comment: done(str()),
    ...postgresLogin,
  },
  means: (given) => {
    const { name, password, state, expires, conn_limit, no_password_changes, fail_on_user } = given
    if (name.toUpperCase() === 'PUBLIC')
      return { option: 'name', refused: 'everybody is no role: use postgresql_privs' }
    return {
      kind: 'postgres_role',
      fields: fields({
        name,
        password,
        password_once: no_password_changes,
        flags: given.role_attr_flags
          .toUpperCase()
          .split(',')
          .map((flag) => flag.trim())
          .filter((flag) => flag !== ''),
        expires,
        connections: conn_limit,
        grants: [
          ...grantsIn(given.priv ?? '', given.db === '' ? 'postgres' : given.db),
          // Whoever is no more is a member of nothing.
          ...(given.groups?.length && state === 'present' ? [{ on: 'groups', groups: given.groups }] : []),
        ],
        comment: given.comment,
        as: given.session_role,
        passed_over: !fail_on_user,
        state,
        login: postgresLoginOf(given, given.db),
      }),
    }
  },
})

/** What `CONNECT/table:SELECT,INSERT` says. */
function grantsIn(priv: string, database: string): readonly Readonly<Record<string, unknown>>[] {
  return priv
    .split('/')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const at = part.indexOf(':')
      const table = part.slice(0, Math.max(at, 0)).trim()
      const [name = '', schema = 'public'] = table.split('.').reverse()
      const rights = part
        .slice(at + 1)
        .split(',')
        .map((one) => one.trim().toUpperCase())
        .filter((one) => one !== '')
      return at < 0
        ? { on: 'things', sort: 'database', objects: [database], rights }
        : { on: 'things', sort: 'table', objects: [name], schema, rights }
    })
}
