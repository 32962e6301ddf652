import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { mysqlClient, mysqlLogin, plainSqlMode, sqlText } from './mysql-login.ts'
import { privilegeChanges, privilegesShown, privilegesWritten } from './mysql-privileges.ts'
import { type Answer, probed } from './probed.ts'

const oneLine = z.string().regex(/^[^\n\0]*$/, 'must be one line')

const schema = z.strictObject({
  name: oneLine.describe('The user.'),
  host: oneLine.default('localhost').describe('From where he comes.'),
  every_host: z
    .boolean()
    .default(false)
    .describe('With `absent`: from wherever he comes, whatever `host` says.'),
  password: oneLine.optional().describe('His password, or its hash. Never shown.').meta({ writeOnly: true }),
  encrypted: z.boolean().default(false).describe('`password` is the hash.'),
  plugin: z
    .string()
    .regex(/^[A-Za-z0-9_]+$/, 'must be the name of a plugin')
    .optional()
    .describe('By which plugin he proves who he is.'),
  plugin_hash: oneLine.optional().describe('What the plugin keeps of him.').meta({ writeOnly: true }),
  password_once: z.boolean().default(false).describe('One who is there keeps his password.'),
  privileges: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .describe('What he may do, such as `shop.*:ALL`.'),
  mode: z.enum(['exactly', 'more', 'less']).default('exactly').describe('How they are meant.'),
  logged: z.boolean().default(true).describe('The binary log of the server has it, too.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: there is no such user.'),
  login: mysqlLogin,
})

type User = z.infer<typeof schema>

const whoIs = ({ name, host }: User) => `${sqlText(name)}@${sqlText(host)}`

/** A user of MySQL or MariaDB, by the client of the host. */
export const mysqlUser: ResourceKind<User, { answer: Query<Answer> }> = probed({
  name: 'mysql_user',
  summary: 'A user of MySQL or MariaDB.',
  schema,
  subject: ({ name, host, every_host }) => `${name}@${every_host ? '*' : host}`,
  ask: (wanted) => {
    if (wanted.every_host) return hostsOf(wanted)
    const { name, host, password = '', encrypted, state } = wanted
    const hash = encrypted ? sqlText(password) : `CONCAT('*', UPPER(SHA1(UNHEX(SHA1(${sqlText(password)})))))`
    const here = `User = ${sqlText(name)} AND Host = ${sqlText(host)}`
    return lines(
      mysqlClient(wanted.login),
      sh`us_about=$(printf '%s\n' ${`${plainSqlMode} SELECT plugin, IF(authentication_string = ${hash}, 'same', IF(authentication_string = '', 'none', 'other')) FROM mysql.user WHERE ${here};`} | us_sql 2>"$us_d/said") || { echo "trouble $(head -n 1 "$us_d/said")"; exit 0; }
if [ -z "$us_about" ]; then echo absent; exit 0; fi
printf 'present %s\n' "$us_about"
${embed(
  state === 'absent'
    ? sh`:`
    : sh`printf '%s\n' ${`${plainSqlMode} SHOW GRANTS FOR ${whoIs(wanted)};`} | us_sql`,
)}`,
      // Hashes of some plugins cannot be compared: then the password is tried.
      password === '' || encrypted || state === 'absent'
        ? sh`:`
        : sh`(umask 077; printf '[client]\nuser=%s\npassword=%s\n' ${cnf(name)} ${cnf(password)} >"$us_d/try.cnf")
case $us_about in *native*|*same) ;; *)
  if "$us_my" --defaults-file="$us_d/try.cnf" --connect-timeout=5 ${wanted.login.socket === undefined ? [] : ['--socket', wanted.login.socket]} -e 'SELECT 1' >/dev/null 2>&1; then echo opens; fi ;;
esac`,
    )
  },
  change: (wanted, { stdout }) => {
    const { password, encrypted, plugin, plugin_hash, password_once, privileges, mode, logged, state } =
      wanted
    const [first = '', ...rest] = stdout.split('\n')
    if (first === 'no-client')
      return 'there is no mysql or mariadb client on this host: install it in a task before'
    if (first.startsWith('trouble ')) return `the server cannot be asked: ${first.slice(8)}`
    const tell = (summary: string, statements: readonly string[]) => ({
      summary,
      disturbs: ['mysql'],
      script: lines(
        mysqlClient(wanted.login),
        sh`printf '%s\n' ${[plainSqlMode, ...(logged ? [] : ['SET SESSION sql_log_bin = 0;']), ...statements].join('\n')} | us_sql`,
      ),
    })
    if (wanted.every_host) {
      const names = [first, ...rest].flatMap((line) => (line.startsWith('from ') ? [line.slice(5)] : []))
      const gone = names.map((host) => `DROP USER ${whoIs({ ...wanted, host })};`)
      return gone.length === 0 ? undefined : tell(`remove, from ${names.join(', ')}`, gone)
    }
    const [word, hasPlugin = '', hash = ''] = first.split(/[ \t]/)
    const isThere = word === 'present'
    const who = whoIs(wanted)
    if (state === 'absent') return isThere ? tell('remove', [`DROP USER ${who};`]) : undefined
    const proof =
      plugin !== undefined
        ? ` IDENTIFIED WITH ${plugin}${plugin_hash === undefined ? '' : ` AS ${sqlText(plugin_hash)}`}`
        : password === undefined
          ? ''
          : encrypted
            ? ` IDENTIFIED WITH mysql_native_password AS ${sqlText(password)}`
            : ` IDENTIFIED BY ${sqlText(password)}`
    const proves =
      plugin === undefined
        ? password === undefined ||
          hash === 'same' ||
          rest.includes('opens') ||
          (password === '' && hash === 'none')
        : hasPlugin === plugin
    const granted =
      privileges === undefined
        ? []
        : privilegeChanges(
            isThere ? privilegesShown(rest.join('\n')) : new Map(),
            privilegesWritten(privileges),
            mode,
            who,
          )
    const statements = [
      ...(isThere ? [] : [`CREATE USER ${who}${proof};`]),
      ...(isThere && !proves && !password_once ? [`ALTER USER ${who}${proof};`] : []),
      ...granted,
    ]
    if (statements.length === 0) return undefined
    const what = [
      ...(isThere ? [] : ['create']),
      ...(isThere && !proves && !password_once ? ['set the password'] : []),
      ...(granted.length > 0
        ? [`privileges: ${granted.map((one) => one.replace(/ (TO|FROM) .*/, '')).join(', ')}`]
        : []),
    ]
    return tell(what.join('; '), statements)
  },
})

/** Prints from where a user of this name may come. */
function hostsOf({ login, name }: User): Script {
  return lines(
    mysqlClient(login),
    sh`printf '%s\n' ${`${plainSqlMode} SELECT CONCAT('from ', Host) FROM mysql.user WHERE User = ${sqlText(name)} ORDER BY Host;`} | us_sql 2>"$us_d/said" || { echo "trouble $(head -n 1 "$us_d/said")"; exit 0; }`,
  )
}

function cnf(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`
}
