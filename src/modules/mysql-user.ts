import { fields } from './file-options.ts'
import { module } from './module.ts'
import { mysqlLogin, mysqlLoginOf } from './mysql-login.ts'
import { bool, dict, different, done, ours, raw, refused, str } from './option.ts'

/** `{ 'shop.*': 'SELECT' }` is taken as well as `shop.*:SELECT`. */
function privilegesOf(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  return Object.fromEntries(Object.entries(written).map(([object, names]) => [object, String(names)]))
}

/** community.mysql.mysql_user. */
export const mysqlUserModule = module({
  name: 'mysql_user',
  collection: 'community.mysql',
  summary: 'A user of MySQL or MariaDB, and what he may do: plans ask the server.',
  options: {
    name: done(str({ required: true, aliases: ['user'] })),
    password: done(str({ secret: true })),
    encrypted: done(bool(false)),
    host: done(str({ default: 'localhost' })),
    host_all: different('with state: absent; otherwise name each host', bool(false)),
    priv: different('from root nothing is taken away by what is not said', raw()),
    append_privs: done(bool(false)),
    subtract_privs: done(bool(false)),
    tls_requires: refused(
      'mysql takes it in a statement of its own: run it with "command", and "unless"',
      dict(),
    ),
    sql_log_bin: done(bool(true)),
    force_context: refused('leave it away', bool(false)),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    check_implicit_admin: different('whoever may log in with the files of the client does', bool(false)),
    update_password: different(
      '`on_new_username` is refused',
      str({ choices: ['always', 'on_create', 'on_new_username'], default: 'always' }),
    ),
    plugin: done(str()),
    plugin_hash_string: done(str({ secret: true })),
    plugin_auth_string: refused('give its hash, plugin_hash_string', str({ secret: true })),
    resource_limits: refused(
      'mysql takes it in a statement of its own: run it with "command", and "unless"',
      dict(),
    ),
    session_vars: refused(
      'mysql takes it in a statement of its own: run it with "command", and "unless"',
      dict(),
    ),
    column_case_sensitive: ours('Names of columns are taken as they are written.', bool()),
    ...mysqlLogin,
  },
  means: (given, said) => {
    const { name, host, password, encrypted, plugin, plugin_hash_string: plugin_hash, state, priv } = given
    const { append_privs, subtract_privs, update_password, sql_log_bin: logged } = given
    if (append_privs && subtract_privs)
      return { option: 'subtract_privs', refused: 'goes with no append_privs: make two tasks of it' }
    if (given.host_all && state !== 'absent')
      return { option: 'host_all', refused: 'goes with state: absent: name each host of a user who stays' }
    if (update_password === 'on_new_username')
      return { option: 'update_password', refused: 'say always or on_create' }
    return {
      kind: 'mysql_user',
      fields: fields({
        name,
        host,
        every_host: given.host_all,
        password,
        encrypted,
        plugin,
        plugin_hash,
        password_once: update_password === 'on_create',
        privileges: privilegesOf(priv),
        mode: subtract_privs ? 'less' : append_privs || name === 'root' ? 'more' : 'exactly',
        logged,
        state,
        login: mysqlLoginOf(given, said),
      }),
    }
  },
})
