import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'
import { replaceFile } from './small-file.ts'
import { linesOf } from './text-edit.ts'

const oneLine = z.string().regex(/^[^\n\0]*$/, 'must be one line')

const schema = z.strictObject({
  name: oneLine.min(1).describe('What the job is called; the line before it tells.'),
  user: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name of an account')
    .default('root')
    .describe('Whose table it is in.'),
  file: z
    .string()
    .regex(/^\/[^\0\n]+$/, 'must be an absolute path')
    .optional()
    .describe('The file of /etc/cron.d that it is in, instead of a table of the user.'),
  line: oneLine.optional().describe('The job with its times, or the value of a variable.'),
  variable: z.boolean().default(false).describe('`name` is a variable of the table.'),
  bare: z.boolean().default(false).describe('The value stands as it is said, without quotes of ours.'),
  after: oneLine.optional().describe('A new variable goes after this one.'),
  before: oneLine.optional().describe('A new variable goes before this one.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: the table does not have it.'),
})

type Crontab = z.infer<typeof schema>

/** A job or a variable in a table of cron. */
export const crontab: ResourceKind<Crontab, { answer: Query<Answer> }> = probed({
  name: 'cron',
  summary: 'A job in a table of cron.',
  schema,
  subject: ({ name }) => name,
  about: ({ user, file }) => [file === undefined ? `crontab:${user}` : `file:${file}`, `user:${user}`],
  ask: ({ user, file }) =>
    file === undefined
      ? sh`if command -v crontab >/dev/null 2>&1; then crontab -u ${user} -l 2>/dev/null || :; else echo 'there is no crontab' >&2; fi`
      : sh`if [ -f ${file} ]; then cat -- ${file} 2>/dev/null || :; fi`,
  change: (wanted, { stdout, stderr }) => {
    const { name, user, file, state } = wanted
    const lines = linesOf(stdout).map((line) => line.replace(/\n$/, ''))
    const next = wanted.variable ? withVariable(lines, wanted) : withJob(lines, wanted)
    const before = lines.join('\n')
    const after = next.join('\n')
    if (before === after) return undefined
    if (stderr.includes('there is no crontab'))
      return 'there is no crontab on this host: install cron in a task before'
    const text = after === '' ? '' : `${after}\n`
    return {
      summary:
        state === 'absent'
          ? `remove ${name}`
          : lines.includes(markOf(name))
            ? `change ${name}`
            : `add ${name}`,
      differences: [{ is: 'text', path: file ?? `crontab of ${user}`, before: stdout, after: text }],
      script:
        file === undefined
          ? sh`printf '%s' ${text} | crontab -u ${user} -`
          : sh`mkdir -p -- ${file.slice(0, file.lastIndexOf('/'))}
${embed(text === '' ? sh`rm -f -- ${file}` : replaceFile(file, sh`printf '%s' ${text}`))}`,
      disturbs: [file === undefined ? `crontab:${user}` : `file:${file}`],
    }
  },
})

/** The line before a job, by which Ansible and we know it again. */
function markOf(name: string): string {
  return `#Ansible: ${name}`
}

function withJob(lines: readonly string[], { name, line = '', state }: Crontab): readonly string[] {
  const at = lines.indexOf(markOf(name))
  if (state === 'absent') return at < 0 ? lines : lines.toSpliced(at, 2)
  return at < 0 ? [...lines, markOf(name), line] : lines.toSpliced(at, 2, markOf(name), line)
}

function withVariable(
  lines: readonly string[],
  { name, line = '', bare, state, after, before }: Crontab,
): readonly string[] {
  const indexOf = (variable: string) =>
    lines.findIndex((one) =>
      bare ? /^\s*([^\s="']+)\s*=/.exec(one)?.[1] === variable : one.startsWith(`${variable}=`),
    )
  const at = indexOf(name)
  if (state === 'absent') return at < 0 ? lines : lines.toSpliced(at, 1)
  const written = bare ? `${name}=${line}` : `${name}="${line}"`
  const is = lines[at] ?? ''
  if (at >= 0) return bare && is.slice(is.indexOf('=') + 1).trim() === line ? lines : lines.with(at, written)
  const other = after ?? before
  const place = other === undefined ? 0 : indexOf(other)
  return lines.toSpliced(Math.max(0, place) + (after === undefined || place < 0 ? 0 : 1), 0, written)
}
