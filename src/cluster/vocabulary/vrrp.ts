import { z } from 'zod'
import { route, rule } from './routes.ts'
import { services } from './services.ts'
import { address, interfaceName, name, verbatim, vipAddress } from './words.ts'

/** One VIP and the VRRP instance that carries it. */
export const vip = z.strictObject({
  address: vipAddress.describe(
    "The virtual address; without a prefix it takes that of the interface's network; one of IPv6 then stands alone (/128).",
  ),
  also: z
    .array(vipAddress)
    .max(199)
    .default([])
    .describe(
      'More virtual addresses that move together with it, with the same services; also of the other family, so that one instance carries a VIP of IPv4 and one of IPv6. ' +
        'Adverts name the first 20 of its family (`virtual_ipaddress_excluded` has the others).',
    ),
  vrid: z
    .number()
    .int()
    .min(1)
    .max(255)
    .describe('Virtual router ID; no other VRRP on the same network segment may use it.'),
  name: name
    .optional()
    .describe(
      'Name of the VRRP instance; `VI_<vrid>` where absent, and `VI_<vrid>_2` and so on for further VIPs with the same one.',
    ),
  interface: interfaceName
    .optional()
    .describe(
      'Interface that carries the VIP on every director, before what `cluster` and `director` say of all VIPs; the one in whose network it is where nobody says.',
    ),
  vrrp_interface: interfaceName
    .optional()
    .describe(
      'Interface on which every director speaks VRRP for the VIP, before what `vrrp` and `director` say of all VIPs.',
    ),
  vmac: z
    .boolean()
    .default(false)
    .describe(
      "The VIP has the MAC address of VRRP (00:00:5e:00:01:VRID, of IPv6 00:00:5e:00:02:VRID) wherever it is, on an interface of its own that keepalived makes (`use_vmac`): neighbours need not learn a new one, which some never do. Ethernet alone; clouds and hypervisors often let only the machine's own MAC address pass. Addresses of the other family that move with it have that of the machine.",
    ),
  label: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,8}$/, 'must be 1 to 8 letters, digits, "_" or "-"')
    .optional()
    .describe(
      'The VIP bears this behind the name of its interface, as in eth0:0, for programs such as ifconfig. For IPv4.',
    ),
  owner: z
    .string()
    .min(1)
    .optional()
    .describe('Director that holds the VIP while all are well; the first of the group where absent.'),
  together: name
    .optional()
    .describe(
      'VIPs that say the same name here move together, though each has an instance of its own (`vrrp_sync_group`): such as one of IPv4 and one of IPv6, or one outside and one inside.',
    ),
  routes: z
    .array(route)
    .max(100)
    .default([])
    .describe('Routes that come and go with it (`virtual_routes`): the holder alone has them.'),
  rules: z
    .array(rule)
    .max(100)
    .default([])
    .describe('Rules about which table of routes counts, which come and go with it (`virtual_rules`).'),
  services: services
    .optional()
    .describe(
      "What clients find behind this VIP; the cluster's `services` where absent. A port may mean something else behind each VIP, also under nginx and haproxy. `[]`: an address that moves with a director that is well, for something of your own.",
    ),
  extra: verbatim.optional().describe('Lines of keepalived.conf for this VRRP instance, verbatim.'),
})

const track = z.strictObject({
  by: z
    .enum(['script', 'process'])
    .optional()
    .describe(
      'What the profile says where absent. `script` asks the balancer for a page, starts it once where it is gone, and only then gives up; with `process` ' +
        'systemd tells keepalived within milliseconds that its process ended; nobody tries to start it, and one that hangs ' +
        'is not noticed.',
    ),
  // keepalived.conf(5), vrrp_script: `interval` is an integer.
  interval: z
    .number()
    .int()
    .min(1)
    .max(3600)
    .default(2)
    .describe('Seconds between two runs of the script, whole ones.'),
  fall: z.number().int().min(1).max(100).default(2).describe('Failed runs after which the VIP is given up.'),
  rise: z.number().int().min(1).max(100).default(2).describe('Good runs after which it is taken again.'),
})

/** Somebody who speaks the same VRRP and is no machine of the inventory. */
const peer = z.strictObject({
  name: name.optional().describe('What it is called in reports; its address where absent.'),
  address: address.describe(
    'From which it speaks VRRP; over IPv6 without `unicast` that is its link-local one. It takes part in the VIPs of that family.',
  ),
  priority: z
    .number()
    .int()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'Its VRRP priority, where it is known; 255 where the VIP is an address of its own. Where absent nobody can tell here who is to hold the VIP, and nobody is wrong for it.',
    ),
  vips: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      'The VIPs that it may hold, by address or name of the VRRP instance; all of its family where absent.',
    ),
})

/** A router that directors watch. */
const watchedRouter = z.strictObject({
  neighbor: address.describe('Its address in a network of the directors.'),
  interval: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.3)
    .describe('Seconds between two signs of life, either way.'),
  multiplier: z
    .number()
    .int()
    .min(1)
    .max(255)
    .default(3)
    .describe('So many of them are missed before it is taken to be gone.'),
})

/** How directors agree on who holds a VIP. */
export const vrrp = z.strictObject({
  version: z
    .union([z.literal(2), z.literal(3)])
    .default(3)
    .describe(
      'VRRP version. 3 knows IPv6 and intervals below a second; 2 is for peers that know nothing else.',
    ),
  profile: z
    .enum(['default', 'fast'])
    .default('default')
    .describe(
      '`default`: a sign of life each second, the balancer asked by a script. `fast`: every 0.08 s, the balancer watched ' +
        'as a process, keepalived before other programs; for quiet networks, where a VIP is to move within half a second.',
    ),
  advert_interval: z
    .number()
    .min(0.01)
    .max(255)
    .optional()
    .describe(
      'Seconds between two signs of life; a crash is noticed after three and a bit of them. What the profile says where ' +
        'absent.',
    ),
  preempt: z.boolean().default(true).describe('Whether the owner takes its VIP back when it returns.'),
  preempt_delay: z
    .number()
    .min(0)
    .max(1000)
    .default(0)
    .describe('Seconds the owner waits before it takes its VIP back.'),
  interface: interfaceName
    .optional()
    .describe(
      'Interface on which the directors speak VRRP, such as a link of their own; the one that carries the VIP where absent. The latter is watched in any case: a director whose link to the clients is down gives the VIP up.',
    ),
  unicast: z
    .boolean()
    .default(false)
    .describe('Directors talk to each other by address, for networks that do not carry multicast.'),
  peers: z
    .array(peer)
    .default([])
    .describe(
      'Routers or directors that Understudy does not manage, with which the directors share the VIPs: they are heard, spoken to, counted in elections, and never changed.',
    ),
  auth_type: z
    .enum(['PASS', 'AH'])
    .optional()
    .describe(
      'How peers of version 2 tell each other from strangers: `PASS`, the password in plain text, which is meant where it is absent; `AH`, a checksum made with it.',
    ),
  auth_pass: z
    .string('must be text: put it in quotes')
    .regex(
      /^[^\s"'#!{}$\\]{1,8}$/,
      'must be 1 to 8 characters without spaces, quotes, "#", "!", "$", braces or backslash: keepalived takes no more',
    )
    .optional()
    .describe('The password of VRRP version 2, the same for all. A secret: better from a vault.'),
  garp_refresh: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(10)
    .describe(
      'Seconds after which the holder announces the VIP again, for neighbours that missed it; 0: never.',
    ),
  bfd: z
    .array(watchedRouter)
    .max(8)
    .default([])
    .describe(
      'Routers that speak BFD (RFC 5880) with each director: one that loses a router is no longer better than the others, and gives its VIPs to one that has it; with `preempt: false` it gives them up in any case.',
    ),
  track: track
    .prefault({})
    .describe('How a director watches the nginx or HAProxy beside its keepalived; IPVS needs no watching.'),
})

type Written = z.infer<typeof vrrp>

/** How directors agree, with every default filled in. */
export interface VrrpSettings extends Omit<Written, 'track' | 'advert_interval'> {
  /** Seconds. */
  readonly advert_interval: number
  readonly track: Omit<Written['track'], 'by'> & { readonly by: 'script' | 'process' }
}

const profiles = {
  default: { advert_interval: 1, by: 'script' },
  fast: { advert_interval: 0.08, by: 'process' },
} as const

/** Fills in what the profile says. */
export function withProfile(written: Written): VrrpSettings {
  const { advert_interval, by } = profiles[written.profile]
  return {
    ...written,
    advert_interval: written.advert_interval ?? advert_interval,
    track: { ...written.track, by: written.track.by ?? by },
  }
}

/** One of `vrrp.peers`. */
export type PeerSettings = z.infer<typeof peer>
