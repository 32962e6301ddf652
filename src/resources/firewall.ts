import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { firewallsFor } from '../sensors/firewalls.ts'
import { lines } from '../shell/quote.ts'
import { dropOf } from './firewall-drops.ts'
import { amendFirewalld } from './firewall-firewalld.ts'
import { amendIptables } from './firewall-iptables.ts'
import { amendNftables } from './firewall-nftables.ts'
import { familyOfProtocol, openingsOf, protocolNumbers } from './firewall-openings.ts'
import { familyOfDestination, ipDestination } from './network-fields.ts'
import { refuse } from './refuse.ts'

const port = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine(isPorts, 'must be a port from 1 to 65535, or a range such as 8000-8010')

const allowed = z
  .strictObject({
    protocol: z
      .enum(Object.keys(protocolNumbers) as (keyof typeof protocolNumbers)[])
      .default('tcp')
      .describe(
        '`vrrp` is 112, `ah` 51 (VRRP where it has `auth_type: AH`), `ipip` a tunnel of IPv4 in IPv4, `ip6ip6` of IPv6 in IPv6, `icmp` its counterpart for IPv6 as well.',
      ),
    ports: z.array(port).default([]).describe('Ports or ranges, for `tcp` and `udp`; all where absent.'),
    from: z
      .array(ipDestination)
      .default([])
      .describe('Addresses or networks it comes from; any where absent.'),
    to: z.array(ipDestination).default([]).describe('Addresses or networks it goes to; any where absent.'),
    forward: z
      .boolean()
      .default(false)
      .describe('What passes through this machine to others, instead of what is for itself.'),
  })
  .check((context) => {
    const { protocol, ports, from, to } = context.value
    const add = (path: string, message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [path], message })
    if (ports.length > 0 && protocol !== 'tcp' && protocol !== 'udp') add('ports', `${protocol} has no ports`)
    const families = new Set([...from, ...to].map(familyOfDestination))
    const only = familyOfProtocol[protocol]
    if (only !== undefined && [...families].some((one) => one !== only))
      add('from', `${protocol} belongs to ${only === 'ipv4' ? 'IPv4' : 'IPv6'}`)
  })

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/, 'must be 1 to 32 letters, digits, "_", "." or "-"')
    .describe('Marks its entries, so that those no longer wanted are found and removed.'),
  allow: z.array(allowed).default([]).describe('What is let in.'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent` takes all its entries away, now and at boot.'),
})

type Firewall = z.infer<typeof schema>

/** What the firewalls found on a host let in, now and at boot. None is installed, switched on or emptied. */
export const firewall: ResourceKind<Firewall, { found: ReturnType<typeof firewallsFor> }> = {
  name: 'firewall',
  summary:
    'What the firewall at work lets in, now and at every boot: firewalld, ufw, nftables or iptables. Without one there is nothing to do.',
  schema,
  subject: ({ name }) => name,
  inspect: ({ name }) => ({ found: firewallsFor(name) }),
  converge: ({ name, allow, state }, { found }) => {
    const openings = state === 'absent' ? 'none' : openingsOf(allow)
    const amendments = [
      found.firewalld && amendFirewalld(name, openings, found.firewalld),
      ...found.iptables.map((one) => amendIptables(name, openings, one)),
      amendNftables(name, openings, found.nftables),
    ].filter((one) => one !== undefined)
    const drop = openings === 'none' ? undefined : dropOf(openings, found.nftables.drops)
    if (drop !== undefined) return refuse(drop)
    if (amendments.length === 0) return undefined
    return {
      summary:
        state === 'absent' ? 'no longer let in' : 'let in what is asked for, and nothing else of its own',
      differences: amendments.flatMap(({ differences }) => differences),
      script: lines(...amendments.map(({ script }) => script)),
      impact: 'none',
      disturbs: [`firewall:${name}`],
    }
  },
}

function isPorts(text: string): boolean {
  const [first = '', last = first, ...rest] = text.split('-')
  const isPort = (one: string) => /^[1-9]\d{0,4}$/.test(one) && Number(one) <= 65_535
  return rest.length === 0 && isPort(first) && isPort(last) && Number(first) <= Number(last)
}
