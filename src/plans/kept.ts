import { z } from 'zod'
import { feltClasses } from '../model/impact.ts'
import type { ResourceId } from '../model/resource.ts'

/** By which a file is known to be a plan. */
export const kind = 'understudy-plan'

/** The version of the shape; it changes when a field changes its meaning or goes. */
export const keptVersion = 1

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
  .describe(
    'A sum that shows whether something is still the same, and of what it was computed only to who knows it.',
  )

const slow = z
  .literal(true)
  .optional()
  .describe('A secret is part of what was summed: the sum takes long to compute, so that nobody guesses.')

const difference = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('text'),
    path: z.string().describe('The file.'),
    before: z.string().optional().describe('Absent: the file is not there.'),
    after: z.string().optional().describe('Absent: the file goes.'),
  }),
  z.strictObject({
    is: z.literal('attribute'),
    name: z.string(),
    before: z.string().optional(),
    after: z.string().optional(),
  }),
])

const origin = z.strictObject({
  file: z.string(),
  line: z.number().int().nonnegative(),
  col: z.number().int().nonnegative(),
})

const feltClass = z
  .enum(feltClasses)
  .describe(
    '`none`: nothing; `reload`, `restart`: a service that users depend on reads its configuration anew, or starts anew; `failover`: a VIP goes to another director; `outage`: something is not served any more, or nobody knows for how long.',
  )

const feltAt = z.strictObject({
  vip: z.string(),
  class: feltClass,
  moves: z.number().describe('How often it goes to another director.'),
  seconds: z
    .number()
    .optional()
    .describe('What a client may miss at most at a time; absent: for good, or nobody knows.'),
  services: z.array(z.string()).describe('Such as `10.0.0.100:80`.'),
})

const step = z.strictObject({
  key: z.string().describe('Its place among the tasks of its host.'),
  id: z
    .custom<ResourceId>((value) => typeof value === 'string')
    .describe('What it is about, such as `file[/etc/hosts]`.'),
  title: z.string().describe('The name of its task.'),
  play: z.string().describe('The name of its play.'),
  origin: origin.optional().describe('Where its task is written.'),
  verdict: z
    .enum(['change', 'provisional', 'unknown', 'told'])
    .describe(
      '`change`: made as it stands here; `provisional`: expected, and decided anew behind `after`; `unknown`: cannot be said before `after` is known; `told`: something that the run says.',
    ),
  certainty: z
    .enum(['certain', 'assumed', 'unknown'])
    .optional()
    .describe('How much can be said of what it does.'),
  assumption: z.string().optional().describe('What has to hold for it, where it is assumed.'),
  after: z.string().optional().describe('What it rests on, or waits for.'),
  text: z.string().optional().describe('What the run says.'),
  summary: z.string().optional().describe('What is done.'),
  impact: z
    .enum(['none', 'reload', 'restart', 'failover'])
    .optional()
    .describe('What it does to its service.'),
  differences: z.array(difference).optional().describe('What it alters, without secrets.'),
  means: z
    .array(z.string())
    .optional()
    .describe('What it means to a cluster, in sentences, where a configuration is understood.'),
  felt: z
    .strictObject({ class: feltClass, vips: z.array(feltAt), why: z.array(z.string()) })
    .optional()
    .describe('What users of a cluster feel of it.'),
  noLog: z.literal(true).optional().describe('Its task wants nothing of it shown.'),
  digest: digest.optional().describe('Of all that is done, down to the shell that its host is sent.'),
  slow,
})

const host = z.strictObject({
  host: z.string().describe('Its name in the inventory.'),
  address: z.string().describe('Where it is reached.'),
  system: z.string().describe('What it says of its system.'),
  key: digest.optional().describe('Of its host key: whether it is the same machine.'),
  holds: z.array(z.string()).describe('Addresses of its clusters that it held, the VIPs among them.'),
  steps: z.array(step).describe('What is not yet as it should be; what is has no step here.'),
})

export const asked = z.strictObject({
  inventory: z.array(z.string()).describe('Inventories, as they were named.'),
  playbook: z.string().optional().describe('The playbook; the one that comes with understudy where absent.'),
  limit: z.string().optional().describe('Only these hosts.'),
  tags: z.array(z.string()),
  skipTags: z.array(z.string()),
  become: z.boolean().describe('Whether root was become where the inventory does not say so.'),
  foreignModules: z.boolean(),
  extraVars: z
    .array(
      z.union([
        z.strictObject({ file: z.string().describe('What was given as `@file`.') }),
        z.strictObject({ names: z.array(z.string()).describe('The variables.'), digest }),
      ]),
    )
    .describe('What `-e` said: never values. Who applies the plan gives the same again.'),
})

const file = z.strictObject({
  path: z
    .string()
    .describe(
      'From where the plan was made, or from the root; `understudy:` begins those that come with understudy.',
    ),
  digest,
  slow,
})

/** A plan as it is kept in a file. */
export const keptPlan = z.strictObject({
  kind: z.literal(kind).describe('By which a file is known to be a plan.'),
  version: z.literal(keptVersion).describe('Of this shape.'),
  made: z.strictObject({
    at: z.string().describe('When it was made, as RFC 3339 writes it.'),
    by: z.string().describe('`user@computer` where it was made.'),
    understudy: z.string().describe('The version of understudy that made it; no other one applies it.'),
  }),
  asked: asked.describe('What it is a plan of.'),
  salt: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits')
    .describe('Part of each sum, so that those of two plans say nothing of each other.'),
  files: z
    .array(file)
    .describe(
      'Every file of this computer that was read for it: inventory, variables, playbook, roles, templates.',
    ),
  plays: z.array(z.string()).describe('Names of the plays in their order.'),
  hosts: z.array(host),
  impact: z
    .strictObject({
      class: feltClass,
      vips: z.array(feltAt),
      unknown: z.number().describe('Steps of which it is not known yet.'),
    })
    .optional()
    .describe('What users feel of all of it; absent where there is no cluster, or nothing to do.'),
  seal: z
    .string()
    .describe('A sum of all that stands above: a plan that was edited, or is not whole, is refused.'),
})

export type KeptPlan = z.infer<typeof keptPlan>
export type KeptHost = z.infer<typeof host>
export type KeptStep = z.infer<typeof step>
export type KeptDifference = z.infer<typeof difference>
export type KeptFile = z.infer<typeof file>
export type Asked = z.infer<typeof asked>
