import { z } from 'zod'

/** Who says by the PROXY protocol for whom it speaks, before and behind a balancer. */
export const proxyProtocol = z
  .strictObject({
    in: z
      .boolean()
      .default(false)
      .describe(
        'Whoever connects says first for whom, as a balancer before this cluster does; `trusted_proxies` are believed, of others the address stays.',
      ),
    out: z
      .enum(['v1', 'v2'])
      .optional()
      .describe(
        'Realservers are told first who asks, in this version of it, also by health checks. nginx speaks v1 only, and only with `mode: tcp`.',
      ),
  })
  .refine((said) => said.in || said.out !== undefined, 'must say in: true, out: v1 or out: v2')

/** What a service says of it. */
export type ProxyProtocolSettings = z.infer<typeof proxyProtocol>
