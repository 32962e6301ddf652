import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { sh } from '../shell/quote.ts'
import { askFile, convergeFile } from './content.ts'

const oneLine = z.string().regex(/^[^\n\0]*$/, 'must be one line')

const field = '[A-Za-z0-9*,/-]+'

const schema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9_][A-Za-z0-9_-]*$/,
        'must be letters, digits, - and _: cron ignores files with other names',
      )
      .describe('The name of its file in /etc/cron.d.'),
    schedule: z
      .string()
      .regex(
        new RegExp(
          `^(@(reboot|hourly|daily|midnight|weekly|monthly|yearly|annually)|${field}( +${field}){4})$`,
        ),
        "must be five fields such as '*/5 * * * *', or @daily and the like",
      )
      .refine(
        fits,
        'minutes are 0-59, hours 0-23, days 1-31, months 1-12, weekdays 0-7: cron would leave the file out',
      )
      .optional()
      .describe('When it runs: minute, hour, day, month, weekday; or `@hourly`, `@daily`, `@reboot` …'),
    user: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name of an account')
      .default('root')
      .describe('Who it runs as.'),
    command: oneLine.optional().describe('A line of shell; `%` means itself.'),
    state: z.enum(['present', 'absent']).default('present').describe('`absent` removes the file.'),
  })
  .check((context) => {
    const { state, schedule, command } = context.value
    if (state === 'absent') return
    for (const [name, value] of Object.entries({ schedule, command })) {
      if (value !== undefined) continue
      context.issues.push({ code: 'custom', input: value, path: [name], message: `\`${name}\` is missing` })
    }
  })

type Cron = z.infer<typeof schema>

/** A job in a file of its own in /etc/cron.d. */
export const cron: ResourceKind<Cron, ReturnType<typeof askFile>> = {
  name: 'cron',
  summary: 'A job in a file of its own in /etc/cron.d.',
  schema,
  subject: ({ name }) => name,
  inspect: ({ name }) => askFile(fileOf(name)),
  converge: (wanted, found, upcoming) => {
    const path = fileOf(wanted.name)
    if (wanted.state === 'absent') return found.at.type === 'absent' ? undefined : remove(path)
    const content = crontab(wanted)
    return convergeFile({ path, content, owner: 'root', group: 'root', mode: '0644' }, found, upcoming)
  },
}

function fileOf(name: string): string {
  return `/etc/cron.d/${name}`
}

/** In a crontab a bare percent sign ends the command and starts its input. */
function crontab({ schedule = '', user, command = '' }: Cron): string {
  return [
    '# Written by understudy; changes made here are lost.',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `${schedule} ${user} ${command.replaceAll(/(?<!\\)%/g, '\\%')}`,
    '',
  ].join('\n')
}

function remove(path: string): Change {
  return {
    summary: 'remove',
    differences: [{ is: 'attribute', name: 'type', before: 'file', after: 'absent' }],
    script: sh`rm -f -- ${path}`,
    impact: 'none',
    disturbs: [`file:${path}`],
  }
}

/** What each field may hold, crontab(5). */
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const

/** Are its numbers such as there are? What follows a slash is a step, and no time. */
function fits(schedule: string): boolean {
  if (schedule.startsWith('@')) return true
  return schedule.split(/ +/).every((field, index) => {
    const [least, most] = ranges[index] ?? [0, 0]
    const times = field.replaceAll(/\/\d+/g, '').match(/\d+/g) ?? []
    const steps = field.match(/(?<=\/)\d+/g) ?? []
    return (
      times.every((time) => Number(time) >= least && Number(time) <= most) &&
      steps.every((step) => Number(step) > 0)
    )
  })
}
