import { z } from 'zod'
import type { Pausing } from '../model/pausing.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A day is longer than anybody waits for. */
const longest = 86_400

const amount = z.union([
  z.number().min(0),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number),
])

const schema = z
  .strictObject({
    seconds: amount.optional().describe('Seconds to wait.'),
    minutes: amount.optional().describe('Minutes to wait.'),
    prompt: z
      .string()
      .optional()
      .describe('What is told meanwhile; without a time it is asked, and the answer waited for.'),
    echo: z.boolean().default(true).describe('The answer may be seen while it is typed.'),
  })
  .check((context) => {
    const { seconds, minutes } = context.value
    const add = (message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [], message })
    if (seconds !== undefined && minutes !== undefined) add('give "seconds" or "minutes", not both')
    if ((secondsOf(context.value) ?? 0) > longest) add(`must be at most ${longest} seconds`)
  })

type Pause = z.infer<typeof schema>

/** Time that passes between two tasks, or somebody who says at the terminal that they may go on. */
export const pause: ResourceKind<Pause, Queries> = {
  name: 'pause',
  summary: 'Time that passes, or somebody at the terminal who goes on, in every run and once for all hosts.',
  schema,
  shorthand: 'seconds',
  // It is no work on a host.
  on: 'localhost',
  subjectTells: true,
  subject: (wanted) => {
    const seconds = secondsOf(wanted)
    return seconds === undefined ? (firstLineOf(wanted.prompt) ?? 'until somebody goes on') : `${seconds} s`
  },
  inspect: () => ({}),
  converge: (wanted) => ({
    summary:
      secondsOf(wanted) === undefined
        ? 'ask at the terminal and wait for the answer, as in every run'
        : 'wait, as in every run',
    differences: [],
    script: sh`:`,
    impact: 'none',
    // What is waited for may be anything.
    disturbs: 'everything',
    pauses: pausingOf(wanted),
    changesNothing: true,
  }),
}

function pausingOf(wanted: Pause): Pausing {
  const { prompt, echo, seconds: inSeconds } = wanted
  const seconds = secondsOf(wanted)
  return {
    isSecret: !echo,
    unit: inSeconds === undefined ? 'minutes' : 'seconds',
    ...(prompt === undefined || prompt === '' ? {} : { prompt }),
    ...(seconds === undefined ? {} : { seconds }),
  }
}

function secondsOf({ seconds, minutes }: Pick<Pause, 'seconds' | 'minutes'>): number | undefined {
  return seconds ?? (minutes === undefined ? undefined : minutes * 60)
}

/** As much of it as fits a line of a plan. */
function firstLineOf(prompt = ''): string | undefined {
  const [first = '', ...others] = prompt.trim().split('\n')
  if (first === '') return undefined
  return first.length > 60 || others.length > 0 ? `${first.slice(0, 59)}…` : first
}
