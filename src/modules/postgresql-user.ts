import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, refused, str } from './option.ts'
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
    priv: refused('run psql with "command" as its user, and "unless"', str()),
    role_attr_flags: done(str({ default: '' })),
    session_role: refused('log in as that role: login_user', str()),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    encrypted: different('the server encrypts it, always', bool(true)),
    expires: done(str()),
    no_password_changes: done(bool(false)),
    conn_limit: done(int()),
    groups: refused('run psql with "command" as its user, and "unless"', list()),
    comment: refused('run psql with "command" as its user, and "unless"', str()),
    ...postgresLogin,
  },
  means: (given) => {
    const { name, password, state, expires, conn_limit, no_password_changes, fail_on_user } = given
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
        passed_over: !fail_on_user,
        state,
        login: postgresLoginOf(given, given.db),
      }),
    }
  },
})
