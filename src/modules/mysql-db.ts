import { fields } from './file-options.ts'
import { module } from './module.ts'
import { mysqlLogin, mysqlLoginOf } from './mysql-login.ts'
import { bool, different, done, int, list, path, refused, str } from './option.ts'

/** community.mysql.mysql_db. */
export const mysqlDbModule = module({
  name: 'mysql_db',
  collection: 'community.mysql',
  summary: 'Databases of MySQL or MariaDB: plans ask the server.',
  options: {
    name: done(list({ aliases: ['db'], required: true })),
    state: done(str({ choices: ['absent', 'dump', 'import', 'present'], default: 'present' })),
    collation: different('of new ones; others keep theirs', str({ default: '' })),
    encoding: different('of new ones; others keep theirs', str({ default: '' })),
    target: done(path()),
    single_transaction: done(bool(false)),
    quick: done(bool(true)),
    ignore_tables: done(list({ default: [] })),
    hex_blob: done(bool(false)),
    force: done(bool(false)),
    master_data: done(int({ choices: ['0', '1', '2'], default: 0 })),
    skip_lock_tables: done(bool(false)),
    dump_extra_args: done(str()),
    use_shell: refused('nothing here goes through a shell of its own', bool(false)),
    unsafe_login_password: different('a password stands in no command line', bool(false)),
    restrict_config_file: refused('files of the client are read', bool(false)),
    check_implicit_admin: different('whoever may log in with the files of the client does', bool(false)),
    config_overrides_defaults: different('what the task says counts most', bool(false)),
    chdir: refused('paths begin at the root', path()),
    pipefail: different('what fails is a failure', bool(false)),
    ...mysqlLogin,
  },
  means: (given, said) => {
    const { name: names, state, encoding, collation, target, force } = given
    const words = [
      ...(given.single_transaction ? ['--single-transaction=true'] : []),
      ...(given.quick ? ['--quick'] : []),
      ...given.ignore_tables.map((table) => `--ignore-table=${table}`),
      ...(given.hex_blob ? ['--hex-blob'] : []),
      ...(given.master_data > 0 ? [`--master-data=${given.master_data}`] : []),
      ...(given.skip_lock_tables ? ['--skip-lock-tables'] : []),
      ...(given.dump_extra_args ?? '').split(/\s+/).filter((word) => word !== ''),
    ]
    return {
      kind: 'mysql_database',
      fields: fields({
        names,
        state,
        encoding,
        collation,
        target,
        force,
        words,
        login: mysqlLoginOf(given, said),
      }),
    }
  },
})
