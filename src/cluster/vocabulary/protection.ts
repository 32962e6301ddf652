import { z } from 'zod'
import { readDrillWindow } from '../drill-windows.ts'

const units = { ms: 0.001, s: 1, min: 60 } as const

const form = 'must be a time such as 2 s or 500 ms; a bare number counts seconds'

/** Seconds, as a number or with their unit. */
const duration = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)? ?(ms|s|min)$/, form)], { error: form })
  .transform((value) => {
    const [, amount, unit] = /^([\d.]+) ?(ms|s|min)$/.exec(String(value)) ?? []
    return unit === undefined
      ? Number(value)
      : (Number(amount) * 1000 * units[unit as keyof typeof units]) / 1000
  })
  .refine((seconds) => seconds >= 0.1 && seconds <= 3600, 'must be a time from 100 ms to 60 min')

const drillWindow = z
  .string()
  .refine(
    (text) => readDrillWindow(text) !== undefined,
    'must be days, times and a time zone such as Mon-Fri 02:00-04:00 Europe/Berlin',
  )
  .meta({ pattern: '[0-9]{1,2}:[0-9]{2} *- *[0-9]{1,2}:[0-9]{2}' })

/** Words of the variable `cluster` about what may be done to it, and when. */
export const protection = {
  protected: z
    .boolean()
    .optional()
    .describe(
      'Whoever interrupts what clients get, by a drill, a handover or an `apply` that restarts or stops something they are ' +
        'served by or takes a VIP away, is asked to type the name of the cluster; without a terminal it is refused unless ' +
        '`--may-disrupt` says the name.',
    ),
  drills: z
    .enum(['always', 'ask', 'never'])
    .optional()
    .describe(
      'Drills: as usual, after the name of the cluster was typed, or not at all. `ask` where absent and the cluster is ' +
        '`protected`, else `always`.',
    ),
  drill_windows: z
    .array(drillWindow)
    .min(1)
    .optional()
    .describe(
      'When drills may begin, such as `Mon-Fri 02:00-04:00 Europe/Berlin`; without days on each of them, without a time zone by ' +
        'UTC. At any time where absent.',
    ),
  max_outage: duration
    .optional()
    .describe(
      'What a drill or a handover may take from clients, such as `2 s`: one that may take longer is refused, and one that does is ' +
        'ended, with all that were to follow.',
    ),
}
