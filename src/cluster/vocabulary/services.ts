import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { port, program, seconds, verbatim } from './words.ts'

const rhythm = {
  interval: seconds
    .default(2)
    .describe(
      'Seconds between two checks (keepalived: `delay_loop`, HAProxy: `inter`); for nginx `fail_timeout`, after which a ' +
        'realserver that failed is tried anew.',
    ),
  timeout: seconds
    .default(2)
    .describe(
      'Seconds a realserver has for its answer (`connect_timeout`, `timeout check`); for nginx to take a connection ' +
        '(`proxy_connect_timeout`).',
    ),
  retries: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(2)
    .describe(
      'How often a failed check is tried again before the realserver is taken out (`retry`); HAProxy: `fall`, nginx: ' +
        '`max_fails`, both one more.',
    ),
  retry_delay: seconds
    .default(1)
    .describe(
      'Seconds before each such try (`delay_before_retry`, `fastinter`); for nginx, as all of these, part of ' +
        '`proxy_read_timeout`.',
    ),
}

const probing = {
  port: port.optional().describe('Port that is asked; the port of the realservers where absent.'),
  ...rhythm,
}

const pagePath = z
  .string()
  .regex(/^\/[A-Za-z0-9._%&*+,;=:@?/~-]*$/, 'must be the path of a page such as /health; other signs as %20')

const oneStatus = z.union([
  z.number().int().min(100).max(599),
  z
    .string()
    .regex(/^[1-5]\d\d-[1-5]\d\d$/, 'must be a status such as 200, or a range such as "200-299"')
    .refine((text) => text.slice(0, 3) < text.slice(4), 'must begin with the lower of the two'),
])

const answer = {
  status: z
    .union([oneStatus, z.array(oneStatus).min(1).max(20)])
    .default(200)
    .describe('Status the answer must have: one, a range such as `200-299`, or a list of these.'),
  host: z
    .string()
    .regex(/^[A-Za-z0-9._:][A-Za-z0-9._:-]*$/, 'must be a host name')
    .optional()
    .describe("Host header of the request; where absent the realserver's address, and none with HAProxy."),
  digest: z
    .string()
    .regex(/^[0-9A-Fa-f]{32}$/, 'must be an MD5 digest, 32 hexadecimal digits')
    .optional()
    .describe('MD5 digest that the page must have, without its headers; for ipvs only.'),
  body: z
    .string()
    .optional()
    .describe('What the page must hold, sign by sign, instead of its `digest`; for ipvs only.'),
}

const request = {
  path: pagePath.default('/').describe('Page that is asked for. nginx asks for none.'),
  ...answer,
  also: z
    .array(z.strictObject({ path: pagePath.describe('Page that is asked for.'), ...answer }))
    .max(50)
    .default([])
    .describe(
      'More pages that must be as they are to be: in each `interval` one is asked for; for ipvs only.',
    ),
}

const check = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('http').describe('Ask for a page (`HTTP_GET`).'),
    ...request,
    ...probing,
  }),
  z.strictObject({
    type: z.literal('https').describe('Ask for a page over TLS (`SSL_GET`); nginx cannot.'),
    ...request,
    ...probing,
  }),
  z.strictObject({ type: z.literal('tcp').describe('Open a connection (`TCP_CHECK`).'), ...probing }),
  z.strictObject({
    type: z
      .literal('udp')
      .describe(
        'Send a datagram (`UDP_CHECK`): the realserver is well unless it says that nobody is there; for ipvs only.',
      ),
    payload: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe('What is sent; nothing of interest where absent.'),
    reply: z.boolean().default(false).describe('Whether there must be an answer.'),
    ...probing,
  }),
  z.strictObject({
    type: z.literal('dns').describe('Ask a name server, by UDP (`DNS_CHECK`); for ipvs only.'),
    name: z
      .string()
      .regex(/^(?:\.|[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}))$/, 'must be a name such as example.org')
      .default('.')
      .describe('The name that is asked for; any answer without an error is well.'),
    record: z
      .enum(['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA'])
      .default('SOA')
      .describe('Which of its records.'),
    ...probing,
  }),
  z.strictObject({
    type: z.literal('smtp').describe('Begin to send a mail (`SMTP_CHECK`); for ipvs only.'),
    helo: z
      .string()
      .regex(/^[A-Za-z0-9.-]+$/, 'must be a host name')
      .optional()
      .describe('As whom; the name that keepalived has for the director where absent.'),
    ...probing,
  }),
  z.strictObject({
    type: z.literal('ping').describe('Send an ICMP echo request (`PING_CHECK`); for ipvs only.'),
    ...rhythm,
  }),
  z.strictObject({
    type: z
      .literal('misc')
      .describe('Run a program on the director (`MISC_CHECK`); status 0 is well; for ipvs only.'),
    program: program.describe(
      "Absolute path on the directors; it gets the realserver's address and port as its last arguments.",
    ),
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of a user')
      .default('nobody')
      .describe('User it runs as.'),
    ...rhythm,
  }),
])

const service = z.strictObject({
  port: port.describe('Port clients connect to.'),
  protocol: z.enum(['tcp', 'udp']).default('tcp').describe('Transport protocol; udp for ipvs only.'),
  mode: z
    .enum(['http', 'tcp'])
    .default('http')
    .describe('What nginx or HAProxy understand of it: requests, or connections alone.'),
  forwarding: z
    .enum(['dr', 'nat', 'tun'])
    .default('dr')
    .describe(
      'How IPVS gets packets to the realservers. `dr`: direct routing, answers go past the director; `tun`: the same ' +
        'through an IP tunnel, across networks; `nat`: answers come back through the director, see `nat`.',
    ),
  scheduler: z
    .enum(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'mh', 'sed', 'nq', 'fo', 'ovf'])
    .default('wrr')
    .describe(
      'Which realserver gets the next connection, see ipvsadm(8). nginx and HAProxy know rr, wrr, lc, wlc and sh.',
    ),
  persistence_timeout: z
    .number()
    .int()
    .min(1)
    .max(2_678_400)
    .optional()
    .describe(
      'Seconds for which a client stays with its realserver; without it every connection is scheduled. For ipvs only.',
    ),
  persistence_granularity: z
    .string()
    .refine(
      isGranularity,
      'must be a netmask such as 255.255.255.0, or for IPv6 the length of a prefix such as "64"',
    )
    .optional()
    .describe(
      'Clients of one network count as one for `persistence_timeout`: a netmask, for IPv6 the length of a prefix. For ipvs only.',
    ),
  one_packet: z
    .boolean()
    .default(false)
    .describe('Each datagram is scheduled by itself (`ops`), as for name servers. For ipvs and udp only.'),
  quorum: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe(
      'Sum of the weights of realservers that are well below which the service counts as gone: the `sorry_page` takes their place. For ipvs only.',
    ),
  hysteresis: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe(
      'How much more than `quorum` there must be before it counts as back, and how much less before it is gone.',
    ),
  backend_port: port
    .optional()
    .describe(
      'Port of the realservers; the port of the service where absent. `dr` and `tun` cannot change the port.',
    ),
  sorry_page: z
    .boolean()
    .default(false)
    .describe('Directors show a page of their own while no realserver is left (`sorry_server`).'),
  inhibit_on_failure: z
    .boolean()
    .default(false)
    .describe(
      'A realserver that is not well gets no new connections but stays in the table, with the weight 0: those that it has are not cut. For ipvs only.',
    ),
  sorry_server_inhibit: z
    .boolean()
    .default(false)
    .describe(
      'The director that shows the `sorry_page` stays in the table with the weight 0 while its turn has not come: connections to it are not cut when realservers are back. For ipvs only.',
    ),
  extra: verbatim
    .optional()
    .describe(
      'Lines for this service, verbatim: of its `virtual_server` under ipvs, of its `server` block in nginx, of its ' +
        '`backend` in HAProxy.',
    ),
  check: check
    .prefault({ type: 'http' })
    .describe(
      'How a director finds out whether a realserver works; without it `type: http` with its defaults. nginx learns it from ' +
        "its clients' requests alone.",
    ),
})

/** What clients find behind a VIP. */
export const services = z.array(service).min(1)

/** One service as the inventory describes it. */
export type ServiceSettings = z.infer<typeof service>
/** One health check as the inventory describes it. */
export type CheckSettings = z.infer<typeof check>
/** A page that a health check asks for, and how it must be. */
export type PageSettings = Extract<CheckSettings, { type: 'http' }>['also'][number]

/** A netmask of IPv4, or the length of a prefix of IPv6 (keepalived.conf(5), `persistence_granularity`). */
function isGranularity(text: string): boolean {
  if (/^\d{1,3}$/.test(text)) return Number(text) >= 1 && Number(text) <= 128
  return (
    ipaddr.IPv4.isValidFourPartDecimal(text) &&
    (ipaddr.IPv4.parse(text).prefixLengthFromSubnetMask() ?? 0) > 0
  )
}
