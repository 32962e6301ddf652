import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { absolutePath, accountName } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { linesOf } from './text-edit.ts'

const schema = z.strictObject({
  user: accountName.describe('Who may be logged in to.'),
  keys: z
    .array(z.string().regex(/^[^\n\0]+$/, 'must be one line'))
    .min(1)
    .describe('Public keys, one each.'),
  path: absolutePath.optional().describe('The file; absent: .ssh/authorized_keys in the home of the user.'),
  manage_directory: z.boolean().default(true).describe("The directory is made, and is the user's alone."),
  exclusive: z.boolean().default(false).describe('No other key is in there.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: these keys are not in there.'),
})

type AuthorizedKey = z.infer<typeof schema>

/** The type and the material of a key: what stands before and behind them are options and a comment. */
function materialOf(line: string): string | undefined {
  return /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+\s+[A-Za-z0-9+/=]+)/.exec(line)?.[1]?.replace(/\s+/, ' ')
}

/** Keys with which a user is logged in to. */
export const authorizedKey: ResourceKind<AuthorizedKey, { answer: Query<Answer> }> = probed({
  name: 'authorized_key',
  summary: 'Keys with which a user is logged in to.',
  schema,
  subject: ({ user }) => user,
  about: ({ user, path }) => [
    `user:${user}`,
    ...(path === undefined ? ['file:/home', 'file:/root'] : [`file:${path}`]),
  ],
  // Line one: where the file is. Line two: the modes of the directory and the file.
  ask: ({ user, path }) => sh`${embed(placeOf(user, path))}
printf '%s\n' "$us_file"
printf '%s %s\n' "$(stat -c '%a:%U' -- "\${us_file%/*}" 2>/dev/null)" "$(stat -c '%a:%U' -- "$us_file" 2>/dev/null)"
cat -- "$us_file" 2>/dev/null || :`,
  change: (wanted, { stdout }) => {
    const { user, keys, path, state, exclusive, manage_directory } = wanted
    const [file = '', modes = '', ...rest] = stdout.split('\n')
    if (file === '') return `there is no user ${user}: make it in a task before`
    const before = rest.join('\n')
    const next = edited(linesOf(before), keys, state, exclusive).join('')
    const [, mode = ''] = modes.split(' ')
    const owns = mode === '' || mode === `600:${user}`
    if (before === next && (owns || state === 'absent')) return undefined
    return {
      summary: state === 'absent' ? 'remove keys' : 'set keys',
      differences: [{ is: 'text', path: file, before: before === '' ? undefined : before, after: next }],
      script: sh`${embed(placeOf(user, path))}
us_dir=\${us_file%/*}
${embed(
  manage_directory
    ? sh`if [ ! -d "$us_dir" ]; then mkdir -p -- "$us_dir"; fi
chown -- ${user} "$us_dir"; chgrp -- "$us_group" "$us_dir"; chmod 0700 -- "$us_dir"`
    : sh`:`,
)}
us_new=$(mktemp "$us_file.XXXXXXXX")
trap 'rm -f -- "$us_new"' EXIT
trap 'exit 130' INT TERM
printf '%s' ${next} >"$us_new"
chmod 0600 -- "$us_new"
chown -- ${user} "$us_new"
chgrp -- "$us_group" "$us_new"
mv -f -- "$us_new" "$us_file"
if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon -R "$us_dir"; fi`,
      disturbs: [`file:${file}`],
    }
  },
})

/** `$us_file` is where the keys lie, empty where there is no such user; `$us_group` the number of its group. */
function placeOf(user: string, path: string | undefined) {
  return sh`us_line=$(getent passwd ${user} 2>/dev/null || grep ${`^${user}:`} /etc/passwd) || us_line=
us_group=$(printf '%s' "$us_line" | cut -d : -f 4)
us_home=$(printf '%s' "$us_line" | cut -d : -f 6)
us_file=
if [ -n "$us_home" ]; then us_file=${embed(path === undefined ? sh`$us_home/.ssh/authorized_keys` : sh`${path}`)}; fi`
}

function edited(
  lines: readonly string[],
  keys: readonly string[],
  state: 'present' | 'absent',
  exclusive: boolean,
): readonly string[] {
  const wanted = new Map(keys.map((key) => [materialOf(key) ?? key, key]))
  if (state === 'absent') return lines.filter((line) => !wanted.has(materialOf(line) ?? line.trim()))
  // A key that says something else now goes to the end, and all others means other lines, too: as in Ansible.
  const kept = lines.filter((line) => {
    const material = materialOf(line)
    const ours = material === undefined ? undefined : wanted.get(material)
    if (material === undefined || ours === undefined) return !exclusive
    if (line.trim() !== ours.trim()) return false
    wanted.delete(material)
    return true
  })
  const ended = kept.map((line) => (line.endsWith('\n') ? line : `${line}\n`))
  return [...(wanted.size > 0 ? ended : kept), ...[...wanted.values()].map((key) => `${key}\n`)]
}
