import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { mysqlClient, mysqlLogin, plainSqlMode, sqlName, sqlText } from './mysql-login.ts'
import { type Answer, probed } from './probed.ts'

const word = z.string().regex(/^[A-Za-z0-9_]*$/, 'must be one word')

const schema = z
  .strictObject({
    names: z
      .array(z.string().regex(/^[^\n\0/-][^\n\0/]*$/, 'must be the name of a database'))
      .min(1)
      .describe('The databases.'),
    state: z.enum(['present', 'absent', 'dump', 'import']).default('present').describe('What is wanted.'),
    encoding: word.default('').describe('How texts are written in new ones.'),
    collation: word.default('').describe('How texts are sorted in new ones.'),
    target: absolutePath.optional().describe('The file of a dump.'),
    words: z.array(z.string()).default([]).describe('More words for the program that dumps.'),
    force: z.boolean().default(false).describe('What is wrong in a dump is passed over.'),
    login: mysqlLogin,
  })
  .refine(({ state, target }) => (state === 'dump' || state === 'import' ? target !== undefined : true), {
    path: ['target'],
    message: 'is missing: which file?',
  })

type Database = z.infer<typeof schema>

/** Databases of MySQL or MariaDB, by the client of the host. */
export const mysqlDatabase: ResourceKind<Database, { answer: Query<Answer> }> = probed({
  name: 'mysql_db',
  summary: 'Databases of MySQL or MariaDB.',
  schema,
  subject: ({ names }) => names.join(','),
  ask: ({ login, state, target = '' }) =>
    lines(
      mysqlClient(login),
      sh`printf 'SHOW DATABASES;\n' | us_sql 2>"$us_d/said" || { echo "trouble $(head -n 1 "$us_d/said")"; exit 0; }
${embed(state === 'import' ? sh`if [ -r ${target} ]; then echo '/ there'; fi` : sh`:`)}`,
    ),
  change: (wanted, { stdout }) => {
    const { names, state, encoding, collation, target = '', login } = wanted
    const found = stdout.split('\n')
    if (found[0] === 'no-client')
      return 'there is no mysql or mariadb client on this host: install it in a task before'
    if (found[0]?.startsWith('trouble ')) return `the server cannot be asked: ${found[0].slice(8)}`
    const here = new Set(found)
    const tell = (summary: string, statements: readonly string[]) => ({
      summary,
      disturbs: ['mysql'],
      script: lines(
        mysqlClient(login),
        sh`printf '%s\n' ${[plainSqlMode, ...statements].join('\n')} | us_sql`,
      ),
    })
    if (state === 'present') {
      const missing = names.filter((name) => !here.has(name))
      const more = `${encoding === '' ? '' : ` CHARACTER SET ${sqlText(encoding)}`}${collation === '' ? '' : ` COLLATE ${sqlText(collation)}`}`
      const statements = missing.map((name) => `CREATE DATABASE ${sqlName(name)}${more};`)
      return missing.length === 0 ? undefined : tell(`create ${missing.join(', ')}`, statements)
    }
    const wantsAll = names.includes('all')
    if (state === 'absent') {
      const those = names.filter((name) => here.has(name))
      const statements = those.map((name) => `DROP DATABASE ${sqlName(name)};`)
      return those.length === 0 ? undefined : tell(`drop ${those.join(', ')}, with all data`, statements)
    }
    if (state === 'dump') {
      const unknown = wantsAll ? [] : names.filter((name) => !here.has(name))
      return unknown.length > 0 ? `there is no database ${unknown.join(', ')}` : dumping(wanted)
    }
    if (!here.has('/ there')) return `${target} is not there, or cannot be read`
    const [name = ''] = names
    return {
      summary: `import ${target}, as in every run`,
      disturbs: ['mysql'],
      script: lines(
        mysqlClient(login),
        wantsAll || here.has(name)
          ? sh`:`
          : sh`printf '%s\n' ${`${plainSqlMode} CREATE DATABASE ${sqlName(name)};`} | us_sql`,
        sh`${packer(target, 'unpack')} ${target} >"$us_d/dump"
us_sql ${wanted.force ? ['--force'] : []} ${wantsAll ? [] : [name]} <"$us_d/dump"`,
      ),
      takesLong: true,
    }
  },
})

/** What packs or unpacks a file by the end of its name. */
function packer(target: string, how: 'pack' | 'unpack'): readonly string[] {
  const program = { gz: 'gzip', bz2: 'bzip2', xz: 'xz', zst: 'zstd' }[
    target.slice(target.lastIndexOf('.') + 1)
  ]
  if (program === undefined) return ['cat']
  return how === 'pack' ? [program, '-c'] : [program, '-dc']
}

function dumping({ names, target = '', words, force, login }: Database) {
  const which = names.includes('all')
    ? ['--all-databases']
    : names.length > 1
      ? ['--databases', ...names]
      : names
  return {
    summary: `dump to ${target}, as in every run`,
    // What is half written takes the place of nothing.
    script: lines(
      mysqlClient(login),
      sh`us_dump=$(command -v mariadb-dump || command -v mysqldump) || { echo 'there is no mysqldump on this host' >&2; exit 1; }
us_new=$(mktemp ${`${target}.XXXXXXXX`})
trap 'rm -rf -- "$us_d"; rm -f -- "$us_new"' EXIT
"$us_dump" --defaults-file="$us_d/my.cnf" ${force ? ['--force'] : []} ${words} ${which} >"$us_d/dump"
${packer(target, 'pack')} <"$us_d/dump" >"$us_new"
mv -f -- "$us_new" ${target}`,
    ),
    disturbs: [`file:${target}`],
    takesLong: true as const,
  }
}
