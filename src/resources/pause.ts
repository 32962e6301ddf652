import { z } from 'zod'
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
    minutes: amount.optional().describe('Minutes to wait, beside the seconds.'),
    prompt: z.string().optional().describe('What is waited for. Nobody is asked.'),
  })
  .check((context) => {
    const { seconds, minutes } = context.value
    const add = (message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [], message })
    if (seconds === undefined && minutes === undefined)
      add('nobody is asked while a run goes on: give `seconds` or `minutes`')
    if (secondsOf(context.value) > longest) add(`must be at most ${longest} seconds`)
  })

type Pause = z.infer<typeof schema>

/** Time that passes between two tasks. */
export const pause: ResourceKind<Pause, Queries> = {
  name: 'pause',
  summary: 'Time that passes, in every run.',
  schema,
  shorthand: 'seconds',
  subject: (wanted) => `${secondsOf(wanted)} s`,
  inspect: () => ({}),
  converge: (wanted) => ({
    summary: 'wait, as in every run',
    differences: [],
    script: sh`sleep ${secondsOf(wanted)}`,
    impact: 'none',
    // What is waited for may be anything.
    disturbs: 'everything',
    takesLong: true,
    changesNothing: true,
  }),
}

function secondsOf({ seconds = 0, minutes = 0 }: Pick<Pause, 'seconds' | 'minutes'>): number {
  return seconds + minutes * 60
}
