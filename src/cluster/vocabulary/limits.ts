import { z } from 'zod'
import { destination } from './words.ts'

const amount = z.number().int().min(1).max(100_000).optional()

/** What one client may take of a service. */
export const limits = z
  .strictObject({
    requests: amount.describe(
      'Requests a second, over ten seconds: ten times as many at once are none too many. Beyond that the status is 429.',
    ),
    connections: amount.describe(
      'Requests under way at once, or with `mode: tcp` connections; beyond that the status is 429.',
    ),
    except: z
      .array(destination)
      .default([])
      .describe(
        'Addresses or networks of clients that are not counted, such as machines that watch or test.',
      ),
  })
  .refine(({ requests, connections }) => requests ?? connections, 'must say requests or connections')

/** What a service says of it. */
export type LimitsSettings = z.infer<typeof limits>
