import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'
import { postgresLogin, postgresLoginOf } from './postgres-login.ts'

/** community.postgresql.postgresql_db. */
export const postgresqlDbModule = module({
  name: 'postgresql_db',
  collection: 'community.postgresql',
  summary: 'A database of PostgreSQL: plans ask the server.',
  options: {
    name: done(str({ aliases: ['db'], required: true })),
    owner: done(str({ default: '' })),
    template: done(str({ default: '' })),
    encoding: done(str({ default: '' })),
    lc_collate: done(str({ default: '' })),
    lc_ctype: done(str({ default: '' })),
    session_role: refused('log in as that role: login_user', str()),
    state: different(
      '`dump`, `restore` and `rename` are refused',
      str({ choices: ['absent', 'dump', 'present', 'rename', 'restore'], default: 'present' }),
    ),
    force: done(bool(false)),
    target: refused('run pg_dump or pg_restore with "command", and "creates"', path({ default: '' })),
    target_opts: refused('run pg_dump or pg_restore with "command", and "creates"', str({ default: '' })),
    maintenance_db: done(str({ default: 'postgres' })),
    conn_limit: done(str({ default: '' })),
    tablespace: done(path({ default: '' })),
    dump_extra_args: refused('run pg_dump or pg_restore with "command", and "creates"', str()),
    ...postgresLogin,
  },
  means: (given) => {
    const { name, owner, template, encoding, lc_collate, lc_ctype, tablespace, force, state } = given
    if (state !== 'present' && state !== 'absent')
      return {
        option: 'state',
        refused: 'run pg_dump, pg_restore or psql with "command", and "creates" or "unless"',
      }
    if (!/^(-?\d+)?$/.test(given.conn_limit)) return { option: 'conn_limit', refused: 'must be a number' }
    return {
      kind: 'postgres_database',
      fields: fields({
        name,
        owner,
        template,
        encoding,
        collate: lc_collate,
        ctype: lc_ctype,
        tablespace,
        connections: given.conn_limit === '' ? undefined : Number(given.conn_limit),
        force,
        state,
        login: postgresLoginOf(given, given.maintenance_db),
      }),
    }
  },
})
