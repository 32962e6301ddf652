import { z } from 'zod'
import type { DrillReport } from '../model/drill.ts'

const felt = z.object({
  sent: z.number(),
  good: z.number(),
  slow: z.number(),
  wrong: z.number(),
  sorry: z.number(),
  failed: z.number(),
  outages: z.array(
    z.object({
      from: z.number(),
      until: z.number().optional(),
      requests: z.number(),
      doubt: z.number(),
    }),
  ),
  longest: z.number(),
  troubled: z.number(),
  doubt: z.number(),
  servedBy: z.record(z.string(), z.number()),
})

const service = z.object({
  url: z.string(),
  interval: z.number(),
  wished: z.number(),
  late: z.number(),
  clockDoubt: z.number(),
  records: z.array(
    z.object({
      sent: z.number(),
      answered: z.number().optional(),
      verdict: z.enum(['good', 'wrong', 'failed']),
      servedBy: z.string().optional(),
    }),
  ),
  felt,
  kept: z.object({
    connections: z.array(
      z.object({
        opened: z.number(),
        ended: z.number(),
        end: z.enum(['open', 'closed', 'broken', 'silent']),
        answers: z.number(),
      }),
    ),
    stall: z.number(),
    doubt: z.number(),
  }),
  streams: z
    .array(
      z.object({
        path: z.string(),
        kind: z.enum(['websocket', 'events']),
        connections: z.number(),
        opened: z.number(),
        broken: z.number(),
        silent: z.number(),
        lost: z.number(),
        longest: z.number(),
        doubt: z.number(),
        answer: z.string().optional(),
      }),
    )
    // Of workers that are older.
    .default([]),
  lateAfter: z.number().optional(),
})

const named = { name: z.string(), on: z.string().optional(), summary: z.string() } as const
const texts = z.array(z.string())
const noted = { at: z.number(), host: z.string() } as const

const result = z.object({
  ...named,
  struck: texts,
  startedAt: z.number(),
  faultAt: z.number(),
  strikeTook: z.number(),
  undoneAt: z.number(),
  endedAt: z.number(),
  services: z.array(service),
  // Workers of earlier versions did not tell.
  unasked: z.array(z.string()).default([]),
  holders: z.array(
    z.object({ vip: z.string(), host: z.string(), from: z.number(), until: z.number().optional() }),
  ),
  homecomings: z.array(
    z.object({
      vip: z.string(),
      before: z.string(),
      after: z.string(),
      felt: z.number(),
      doubt: z.number(),
    }),
  ),
  log: z.array(z.object({ ...noted, text: z.string() })),
  pool: z.array(
    z.object({
      ...noted,
      unseen: z.number(),
      service: z.string(),
      server: z.string(),
      change: z.enum(['in', 'out', 'weight', 'sorry-in', 'sorry-out']),
      weight: z.number().optional(),
    }),
  ),
  routes: z.array(z.object({ ...noted, came: z.boolean(), route: z.string() })),
  wire: z.object({
    watched: texts,
    without: texts,
    packets: z.array(
      z.object({
        at: z.number(),
        kind: z.enum(['advert', 'announcement']),
        from: z.string(),
        about: z.string(),
        priority: z.number().optional(),
        seenBy: texts,
      }),
    ),
  }),
  clocks: z.array(z.object({ host: z.string(), doubt: z.number() })),
  bound: z.object({ milliseconds: z.number(), why: z.string() }),
  passed: z.boolean(),
  reasons: texts,
})

/** A report of drills as it comes from the stream of events: nothing of it is shown before it is known to be one. */
export const drillReport: z.ZodType<DrillReport> = z.object({
  cluster: z.string(),
  vips: texts,
  machines: z.array(
    z.object({
      host: z.string(),
      role: z.enum(['director', 'proxy', 'realserver', 'client']),
      address: z.string(),
      software: texts,
    }),
  ),
  results: z.array(result),
  notRun: z.array(z.object({ ...named, reason: z.string() })),
})
