import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { answers } from './answers.ts'
import { check } from './checks.ts'
import { limits } from './limits.ts'
import { scheduler } from './pools.ts'
import { proxyProtocol } from './proxy-protocol.ts'
import { route, siteName, stream } from './requests.ts'
import { serviceExtra } from './snippets.ts'
import { sticky } from './sticky.ts'
import { backendTls, redirect, tls } from './tls.ts'
import { bodySize, groupName, name, ownServer, port, seconds, silence } from './words.ts'

const portRange = z
  .string()
  .regex(/^[1-9]\d{0,4}-[1-9]\d{0,4}$/, {
    error: 'must be a port, or a range such as "30000-30099"',
    abort: true,
  })
  .refine((text) => {
    const [first = 0, last = 0] = text.split('-').map(Number)
    return first < last && last <= 65_535
  }, 'must begin with the lower of two ports')

const alsoPort = z.union([
  port,
  portRange,
  z.strictObject({
    port: port.describe('One more port.'),
    protocol: z
      .enum(['tcp', 'udp'])
      .optional()
      .describe(
        'Its transport protocol; that of the service where absent. So 53 of both is one service, of which a client meets the same name server.',
      ),
    check: check.describe('How a director finds out whether a realserver serves it.'),
  }),
])

const service = z.strictObject({
  port: port.describe('Port clients connect to.'),
  also: z
    .array(alsoPort)
    .max(50)
    .default([])
    .describe(
      'More ports that are one service with it, by a mark on the packets (`fwmark`): with `persistence_timeout` a client meets the same realserver on all of them, as on 80 and 443, or on those of FTP. Ports, ranges, or mappings with a `check`; one without is asked for a connection, a range for nothing. For ipvs only; by nftables of the directors, or by their traffic control where the kernel has no nftables.',
    ),
  protocol: z.enum(['tcp', 'udp']).default('tcp').describe('Transport protocol; udp for ipvs only.'),
  realservers: groupName
    .optional()
    .describe(
      'Group of those of the realservers that serve it, such as one within the group `realservers`; all of them where absent.',
    ),
  hosts: z
    .array(siteName)
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Names by which clients ask for it, such as `www.example.org`, or `*.example.org` for all that end so, however many parts stand before. Several services may share a port by different names; one without `hosts` gets what none of the others is for, and where all have some, other names are refused (status 421). With `tls` each must be in a certificate. For nginx and haproxy.',
    ),
  pool: name
    .optional()
    .describe(
      'Pool that serves what no route is for, by its name in `pools`; instead of `realservers`, `backend_port`, `scheduler`, `check` and `backend_tls`. For nginx and haproxy.',
    ),
  routes: z
    .array(route)
    .max(1000)
    .default([])
    .describe(
      'Requests that go to other pools, by name, path or header; what none of them is for goes where the service says. The name decides first, then the path, then the header, whatever order they are written in. For nginx and haproxy.',
    ),
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
  scheduler,
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
    .describe(
      'Each datagram is scheduled by itself (`ops`), as for name servers; under `nat` answers come from the realserver itself, as nobody remembers whom it answers. For ipvs and udp only.',
    ),
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
  backend: ownServer,
  tls: tls
    .optional()
    .describe(
      'Clients are spoken with over TLS, by nginx or HAProxy of the directors, or by the nginx that directors without a balancer serve with. Realservers are asked in plain text unless `backend_tls` is there.',
    ),
  redirect: redirect
    .optional()
    .describe(
      'Nothing is served here: clients are sent to the service with `tls` behind the same VIP, or with `mode: tcp` and `backend_tls`. `https`, or more of it as a mapping.',
    ),
  backend_tls: backendTls
    .optional()
    .describe(
      'The realservers are spoken with over TLS, also by their health check. Under ipvs and with `mode: tcp` it is what clients speak, passed through to them. `{}` will do where nothing more is to be said.',
    ),
  sticky: sticky
    .optional()
    .describe(
      'A client comes back to the realserver that it has met, by a cookie, as long as that one is well; `{}` will do. Another takes over where it is not. For nginx and HAProxy with `mode: http`.',
    ),
  limits: limits
    .optional()
    .describe(
      'What one client may take, by its address. For nginx and HAProxy; each director counts what it sees itself.',
    ),
  slow_start: z
    .number()
    .int()
    .min(1)
    .max(3600)
    .optional()
    .describe(
      'Seconds in which a realserver that is back gets its whole share little by little. For HAProxy.',
    ),
  answer_timeout: seconds
    .optional()
    .describe(
      'Seconds a realserver may take for an answer, and between parts of it; where absent HAProxy waits for 50, and nginx as long as checks would need until it were taken out.',
    ),
  tunnel_timeout: silence
    .default(3600)
    .describe(
      'Seconds for which a WebSocket, a stream of events (nginx), or with `mode: tcp` any connection may say nothing before it is cut.',
    ),
  streams: z
    .array(stream)
    .max(8)
    .default([])
    .describe(
      'Pages that last, of which drills hold some: they tell how many broke, and how soon they were back.',
    ),
  max_body: bodySize
    .optional()
    .describe(
      'The largest body of a request, such as `20m`; a larger one is refused with status 413. Realservers decide where absent.',
    ),
  ...answers,
  proxy_protocol: proxyProtocol
    .optional()
    .describe(
      'The PROXY protocol, by which a balancer says who connects, whatever is spoken then: by those before this cluster, and to the realservers. For nginx and HAProxy.',
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
  extra: serviceExtra
    .optional()
    .describe(
      'Lines for this service, verbatim: of its `virtual_server` under ipvs, of its `server` block in nginx, of its ' +
        '`backend` in HAProxy; or a mapping with those of several parts.',
    ),
  check: check
    .prefault({ type: 'http' })
    .describe(
      'How a director finds out whether a realserver works; without it `type: http` with its defaults. nginx learns it from ' +
        "its clients' requests alone.",
    ),
})

/** What clients find behind a VIP. */
export const services = z.array(service)

/** One service as the inventory describes it. */
export type ServiceSettings = z.infer<typeof service>
/** A netmask of IPv4, or the length of a prefix of IPv6 (keepalived.conf(5), `persistence_granularity`). */
function isGranularity(text: string): boolean {
  if (/^\d{1,3}$/.test(text)) return Number(text) >= 1 && Number(text) <= 128
  return (
    ipaddr.IPv4.isValidFourPartDecimal(text) &&
    (ipaddr.IPv4.parse(text).prefixLengthFromSubnetMask() ?? 0) > 0
  )
}
