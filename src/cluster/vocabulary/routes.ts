import { z } from 'zod'
import { address, destination, interfaceName } from './words.ts'

/** The kernel has tables of its own from 253 on; names mean what a machine's rt_tables says. */
const table = z.number().int().min(1).max(4_294_967_295)

/** A route that the holder of a VIP alone has. */
export const route = z.strictObject({
  to: destination.describe('Where it leads: a network or an address; `0.0.0.0/0` or `::/0` is anywhere.'),
  via: address
    .optional()
    .describe('The router. Without it whoever is meant is a neighbour on the interface.'),
  dev: interfaceName
    .optional()
    .describe(
      'Interface, on every director; where absent the one in whose network `via` is, or without that the one that carries the VIP.',
    ),
  src: address
    .optional()
    .describe(
      'What the director itself sends there comes from this address, such as the VIP: one that moves with it.',
    ),
  table: table.optional().describe('Table of routes; the main one (254) where absent.'),
  metric: z
    .number()
    .int()
    .min(1)
    .max(4_294_967_295)
    .optional()
    .describe('Of several routes to one place that with the least counts.'),
})

/** A rule that tells which table of routes counts, which the holder of a VIP alone has. */
export const rule = z.strictObject({
  priority: z
    .number()
    .int()
    .min(1)
    .max(32_765)
    .describe('Its place: rules are asked from the least to the greatest; the main table is asked at 32766.'),
  table: table.describe('The table that is asked for what it concerns.'),
  from: destination.optional().describe('What comes from there.'),
  to: destination.optional().describe('What goes there.'),
  iif: interfaceName
    .optional()
    .describe('What comes in by this interface; `lo`: what the director sends itself.'),
  fwmark: z
    .number()
    .int()
    .min(1)
    .max(4_294_967_295)
    .optional()
    .describe('What a firewall has given this mark.'),
})

export type RouteSettings = z.infer<typeof route>
export type RuleSettings = z.infer<typeof rule>
