import ipaddr from 'ipaddr.js'
import { z } from 'zod'

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, 'must be 1 to 32 letters, digits, "_" or "-", a letter first')

const groupName = z.string().min(1)

const interfaceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/, 'must be the name of a network interface such as eth0')

const address = z
  .string()
  .refine((text) => isAddress(text), 'must be an IPv4 or IPv6 address such as 10.0.0.10')

const vipAddress = z
  .string()
  .refine(isAddressMaybeWithPrefix, 'must be an address with or without its prefix, such as 10.0.0.100/24')

const port = z.number().int().min(1).max(65535)
const seconds = z.number().min(0.1).max(3600)

const probing = {
  port: port.optional().describe('Port that is asked; the port of the service where absent.'),
  interval: seconds.default(2).describe('Seconds between two checks (`delay_loop`).'),
  timeout: seconds.default(2).describe('Seconds a realserver has for its answer (`connect_timeout`).'),
  retries: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(2)
    .describe('How often a failed check is tried again before the realserver is taken out (`retry`).'),
  retry_delay: seconds.default(1).describe('Seconds before each such try (`delay_before_retry`).'),
}

const request = {
  path: z
    .string()
    .regex(
      /^\/[A-Za-z0-9._%&*+,;=:@?/~-]*$/,
      'must be the path of a page such as /health; other signs as %20',
    )
    .default('/')
    .describe('Page that is asked for.'),
  status: z.number().int().min(100).max(599).default(200).describe('Status the answer must have.'),
  host: z
    .string()
    .regex(/^[A-Za-z0-9._:-]+$/, 'must be a host name')
    .optional()
    .describe("Host header of the request; the realserver's address where absent."),
}

const check = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('http').describe('Ask for a page (`HTTP_GET`).'),
    ...request,
    ...probing,
  }),
  z.strictObject({
    type: z.literal('https').describe('Ask for a page over TLS (`SSL_GET`).'),
    ...request,
    ...probing,
  }),
  z.strictObject({ type: z.literal('tcp').describe('Open a connection (`TCP_CHECK`).'), ...probing }),
])

const service = z.strictObject({
  port: port.describe('Port clients connect to.'),
  protocol: z.enum(['tcp', 'udp']).default('tcp').describe('Transport protocol.'),
  forwarding: z
    .enum(['dr'])
    .default('dr')
    .describe('How packets reach the realservers. `dr`: direct routing; answers go past the director.'),
  scheduler: z
    .enum(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'mh', 'sed', 'nq', 'fo', 'ovf'])
    .default('wrr')
    .describe('Which realserver gets the next connection, see ipvsadm(8).'),
  persistence_timeout: z
    .number()
    .int()
    .min(1)
    .max(2_678_400)
    .optional()
    .describe(
      'Seconds for which a client stays with its realserver; without it every connection is scheduled.',
    ),
  backend_port: port
    .optional()
    .describe('Port of the realservers. Under direct routing it can only be the port of the service.'),
  check: check
    .prefault({ type: 'http' })
    .describe(
      'How a director finds out whether a realserver works; without it `type: http` with its defaults.',
    ),
})

const services = z.array(service).min(1)

const vip = z.strictObject({
  address: vipAddress.describe(
    "The virtual address; without a prefix it takes that of the interface's network.",
  ),
  vrid: z
    .number()
    .int()
    .min(1)
    .max(255)
    .describe('Virtual router ID; no other VRRP on the same network segment may use it.'),
  name: name.optional().describe('Name of the VRRP instance; `VI_<vrid>` where absent.'),
  owner: z
    .string()
    .min(1)
    .optional()
    .describe('Director that holds the VIP while all are well; the first of the group where absent.'),
  services: services
    .optional()
    .describe("What clients find behind this VIP; the cluster's `services` where absent."),
})

const vrrp = z.strictObject({
  version: z
    .union([z.literal(2), z.literal(3)])
    .default(3)
    .describe(
      'VRRP version. 3 knows IPv6 and intervals below a second; 2 is for peers that know nothing else.',
    ),
  advert_interval: z
    .number()
    .min(0.01)
    .max(255)
    .default(1)
    .describe('Seconds between two signs of life; a crash is noticed after three and a bit of them.'),
  preempt: z.boolean().default(true).describe('Whether the owner takes its VIP back when it returns.'),
  preempt_delay: z
    .number()
    .min(0)
    .max(1000)
    .default(0)
    .describe('Seconds the owner waits before it takes its VIP back.'),
  unicast: z
    .boolean()
    .default(false)
    .describe('Directors talk to each other by address, for networks that do not carry multicast.'),
  garp_refresh: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(10)
    .describe(
      'Seconds after which the holder announces the VIP again, for neighbours that missed it; 0: never.',
    ),
})

const cluster = z.strictObject({
  name: name.default('cluster').describe('Name of the cluster; hosts with the same name belong together.'),
  balancer: z
    .enum(['ipvs'])
    .default('ipvs')
    .describe('What spreads the connections. `ipvs`: the kernel of the director (LVS).'),
  backend: z
    .enum(['nginx', 'none'])
    .default('nginx')
    .describe('What the realservers run. `none`: a server of your own, which Understudy leaves alone.'),
  directors: groupName
    .default('directors')
    .describe('Group of the machines that take turns in holding the VIPs.'),
  realservers: groupName.default('realservers').describe('Group of the machines that do the work.'),
  clients: groupName
    .default('clients')
    .describe('Group of machines that only look at the cluster from outside; may be missing.'),
  interface: interfaceName
    .optional()
    .describe('Interface of the directors; the one in whose network the VIP is where absent.'),
  services: services
    .optional()
    .describe('What clients find behind every VIP that does not list services itself.'),
  vips: z.array(vip).min(1).describe('The virtual addresses, each with a VRRP instance of its own.'),
  vrrp: vrrp.prefault({}).describe('How the directors agree on who holds a VIP.'),
})

const director = z.strictObject({
  interface: interfaceName.optional().describe("Interface for the VIPs, where it is not the cluster's."),
  address: address
    .optional()
    .describe('Address for unicast VRRP, where it is not the one in the network of the VIP.'),
  priority: z
    .number()
    .int()
    .min(1)
    .max(254)
    .optional()
    .describe(
      'VRRP priority in every instance; computed from `owner` and the order of the group where absent.',
    ),
  router_id: name
    .optional()
    .describe('Name in logs and mails of keepalived; the inventory name where absent.'),
})

const realserver = z.strictObject({
  address: address
    .optional()
    .describe('Address the directors forward to, where it is not the one Understudy connects to.'),
  weight: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(1)
    .describe('Share of the connections under a weighted scheduler; 0 takes no new ones.'),
})

/** The variable `cluster`, with every default filled in. */
export type ClusterSettings = z.infer<typeof cluster>
/** The variable `director` of one host. */
export type DirectorSettings = z.infer<typeof director>
/** The variable `realserver` of one host. */
export type RealserverSettings = z.infer<typeof realserver>
/** One service as the inventory describes it. */
export type ServiceSettings = z.infer<typeof service>
/** One health check as the inventory describes it. */
export type CheckSettings = z.infer<typeof check>
/** How directors agree, with every default filled in. */
export type VrrpSettings = z.infer<typeof vrrp>

/** The inventory variables with a meaning of their own; every other variable is the user's. */
export const vocabulary: {
  readonly cluster: z.ZodType<ClusterSettings>
  readonly director: z.ZodType<DirectorSettings>
  readonly realserver: z.ZodType<RealserverSettings>
} = { cluster, director, realserver }

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes('%'))
}

function isAddressMaybeWithPrefix(text: string): boolean {
  const [bare = '', prefix, ...rest] = text.split('/')
  if (!isAddress(bare) || rest.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (bare.includes(':') ? 128 : 32)
}
