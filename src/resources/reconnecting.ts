import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries, Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'

const seconds = z.int().min(0).max(86_400)
const line = z.string().regex(/^[^\n\0]+$/, 'must be one line')

const restartFields = z.strictObject({
  command: line.optional().describe('What restarts it; absent: shutdown, or reboot.'),
  identity: line
    .default('cat /proc/sys/kernel/random/boot_id')
    .describe('What prints another text after it.'),
  test: line.default('whoami').describe('What succeeds once it can be worked on.'),
  message: z.string().default('').describe('What those who are logged in are told.'),
  places: z.array(absolutePath).default([]).describe('Where else programs are looked for.'),
  before: seconds.default(0).describe('Seconds before it restarts.'),
  after: seconds.default(0).describe('Seconds before it is worked on again.'),
  timeout: seconds.default(600).describe('Seconds for it to come back.'),
  connect_timeout: seconds.optional().describe('Seconds that one attempt to connect may take.'),
})

/** A machine that restarts in every run, and is worked on again afterwards. */
export const restart: ResourceKind<z.infer<typeof restartFields>, { identity: Query<CommandReading> }> = {
  name: 'reboot',
  summary: 'A machine that restarts in every run, and is worked on again afterwards.',
  schema: restartFields,
  subject: () => 'machine',
  // Only a restart makes it another one.
  inspect: ({ identity }) => ({ identity: { ...outcomeOf(sh`eval ${identity}`), about: [] } }),
  converge: (wanted, { identity: was }) => {
    const { command, identity, test, message, places, before, after, timeout, connect_timeout } = wanted
    const path = [...places, '/sbin', '/usr/sbin', '/bin', '/usr/bin'].join(':')
    const work = lines(
      // The program is to end before the machine does.
      sh`sleep ${before + 2}`,
      command === undefined
        ? sh`if command -v shutdown >/dev/null 2>&1; then exec shutdown -r now ${message}; else exec reboot; fi`
        : sh`eval ${command}`,
    )
    return {
      summary: 'restart the machine, as in every run, and wait for it',
      differences: [],
      script: sh`PATH=$PATH:${path}
sync
if command -v setsid >/dev/null 2>&1; then setsid sh -c ${work} >/dev/null 2>&1 </dev/null &
else nohup sh -c ${work} >/dev/null 2>&1 </dev/null & fi`,
      impact: 'failover',
      disturbs: 'everything',
      reconnects: {
        restarts: command === undefined ? 'machine' : 'by its own command',
        delay: before + 4,
        after,
        timeout,
        sleep: 1,
        ...(connect_timeout === undefined ? {} : { attempt: connect_timeout }),
        test: sh`us_is=$( ( set +eu; eval ${identity} ) ) && [ "$us_is" != ${was.stdout.replace(/\n+$/, '')} ] && ( set +eu; eval ${test} )`,
      },
      tells: () => ({ rebooted: true }),
    }
  },
}

const awaitedFields = z.strictObject({
  delay: seconds.default(0).describe('Seconds before it is tried first.'),
  sleep: z.int().min(1).max(3600).default(1).describe('Seconds between two attempts.'),
  timeout: seconds.default(600).describe('Seconds after which it has failed.'),
  connect_timeout: z.int().min(1).max(3600).default(5).describe('Seconds that one attempt may take.'),
})

/** A run that goes on once the machine can be worked on. */
export const awaitedConnection: ResourceKind<z.infer<typeof awaitedFields>, Queries> = {
  name: 'wait_for_connection',
  summary: 'Waits until the machine can be worked on, in every run.',
  schema: awaitedFields,
  subject: () => 'machine',
  inspect: () => ({}),
  converge: ({ delay, sleep, timeout, connect_timeout }) => ({
    summary: 'wait for the machine, as in every run',
    differences: [],
    script: sh`:`,
    impact: 'none',
    disturbs: 'everything',
    changesNothing: true,
    reconnects: { delay, after: 0, sleep, timeout, attempt: connect_timeout, test: sh`:` },
  }),
}
