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

const request = {
  path: z
    .string()
    .regex(
      /^\/[A-Za-z0-9._%&*+,;=:@?/~-]*$/,
      'must be the path of a page such as /health; other signs as %20',
    )
    .default('/')
    .describe('Page that is asked for. nginx asks for none.'),
  status: z.number().int().min(100).max(599).default(200).describe('Status the answer must have.'),
  host: z
    .string()
    .regex(/^[A-Za-z0-9._:][A-Za-z0-9._:-]*$/, 'must be a host name')
    .optional()
    .describe("Host header of the request; where absent the realserver's address, and none with HAProxy."),
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
  backend_port: port
    .optional()
    .describe(
      'Port of the realservers; the port of the service where absent. `dr` and `tun` cannot change the port.',
    ),
  sorry_page: z
    .boolean()
    .default(false)
    .describe('Directors show a page of their own while no realserver is left (`sorry_server`).'),
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
