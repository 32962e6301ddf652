import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'
import { postgresLogin, postgresLoginOf } from './postgres-login.ts'

/** community.postgresql.postgresql_ext. */
export const postgresqlExtModule = module({
  name: 'postgresql_ext',
  collection: 'community.postgresql',
  summary: 'An extension of a database of PostgreSQL: plans ask the server.',
  options: {
    name: done(str({ aliases: ['ext'], required: true })),
    db: done(str({ aliases: ['login_db'], required: true })),
    schema: done(str()),
    session_role: done(str()),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    cascade: done(bool(false)),
    version: different('latest changes nothing where its version is there already', str()),
    ...postgresLogin,
  },
  means: (given) => {
    const { name, schema, version, cascade, state, session_role } = given
    return {
      kind: 'postgres_extension',
      fields: fields({
        name,
        schema,
        version: state === 'absent' ? undefined : version,
        cascade,
        state,
        as: session_role,
        login: postgresLoginOf(given, given.db),
      }),
    }
  },
})
