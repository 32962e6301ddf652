import { z } from 'zod'
import { acme } from './acme.ts'
import { applications } from './applications.ts'
import { monitoring } from './monitoring.ts'
import { nfs } from './nfs.ts'
import { notify } from './notify.ts'
import { php } from './php.ts'
import { pools } from './pools.ts'
import { protection } from './protection.ts'
import { services } from './services.ts'
import { sessions } from './sessions.ts'
import { extra } from './snippets.ts'
import { source } from './source.ts'
import { vip, vrrp } from './vrrp.ts'
import { address, destination, groupName, interfaceName, name, network } from './words.ts'

const nat = z.strictObject({
  gateway: address.describe(
    'Address that moves with the first VIP; realservers send their answers to clients there.',
  ),
  clients: z
    .array(network)
    .min(1)
    .optional()
    .describe(
      'Networks clients come from; all others keep their way. Anywhere where absent: the default route leads to the gateway.',
    ),
  masquerade: z
    .union([
      z.boolean(),
      z.strictObject({
        networks: z.array(network).min(1).describe('Networks of those who get out that way.'),
      }),
    ])
    .default(false)
    .describe(
      'Realservers get out through the directors, with the address of the one that holds the gateway: for updates, names, the time. `true`: the realservers; `networks`: everybody there. On all directors, by nftables, or by traffic control where the kernel has no nftables; such connections end when the gateway moves.',
    ),
})

/** The kernel counts them in ticks, of which there may be a thousand a second, and takes no more than fit. */
const timeout = z.number().int().min(1).max(2_147_483).optional()

const ipvsTimeouts = z
  .strictObject({
    tcp: timeout.describe(
      'Seconds until a TCP connection that says nothing is forgotten; the kernel has 900.',
    ),
    tcp_fin: timeout.describe('Seconds until one is that was closed; the kernel has 120.'),
    udp: timeout.describe('Seconds until a client of UDP that says nothing is; the kernel has 300.'),
  })
  .refine(({ tcp, tcp_fin, udp }) => tcp ?? tcp_fin ?? udp, 'must say one of tcp, tcp_fin and udp')

const time = z.strictObject({
  servers: z
    .array(z.string().regex(/^[A-Za-z0-9:.][A-Za-z0-9:.-]*$/, 'must be the name or address of a time server'))
    .default([])
    .describe(
      'Time servers; those of the distribution where none is named. While none of them answers, all machines keep to the clock of the directors.',
    ),
})

const domain = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    'must be a domain such as example.com',
  )
  .describe('Domain of machines whose names in the inventory have none.')

const behind = name.describe('Name of the cluster that stands behind this one.')

/** The variable `cluster`. */
export const cluster = z.strictObject({
  name: name.default('cluster').describe('Name of the cluster; hosts with the same name belong together.'),
  ...protection,
  balancer: z
    .enum(['ipvs', 'nginx', 'haproxy', 'none'])
    .default('ipvs')
    .describe(
      'What spreads the connections. `ipvs`: the kernel of the director (LVS); `nginx` or `haproxy` on the director, ' +
        'which speak with the client themselves; `none`: nothing is balanced, and the director that holds a VIP serves what is ' +
        'behind it, so that there are no realservers.',
    ),
  backend: z
    .union([z.enum(['nginx', 'apache', 'tomcat', 'none']), z.strictObject({ cluster: behind })])
    .default('nginx')
    .describe(
      'What the realservers run, or with `balancer: none` the directors. `none`: a server of your own, which Understudy ' +
        'leaves alone. `{ cluster: NAME }`: another cluster of this inventory stands behind this one, which has the balancer ipvs; ' +
        'the realservers are the directors of that one, which balance by nginx or haproxy.',
    ),
  php: php
    .optional()
    .describe(
      'The nginx or Apache that serves pages has those that end in `.php` run by PHP-FPM of the distribution, and whatever names no file by `index.php`; `/health` is answered by PHP, too. `true`, or a mapping with more packages of it.',
    ),
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
  pools: pools
    .default({})
    .describe(
      'Named sets of realservers, to which services send requests by `pool` and `routes`. For nginx and haproxy.',
    ),
  services: services
    .optional()
    .describe(
      'What clients find behind every VIP that does not list services itself. `[]`: the VIPs are addresses that move with a director that is well, such as gateways.',
    ),
  vips: z
    .array(vip)
    .min(1)
    .default([])
    .describe(
      'The virtual addresses, each with a VRRP instance of its own. None where the cluster stands behind another, whose ' +
        'VIPs lead to it: all its directors work at once, and keepalived is none of theirs.',
    ),
  max_connections: z
    .number()
    .int()
    .min(100)
    .max(250_000)
    .optional()
    .describe(
      'Clients at once on each director under nginx or HAProxy; where absent as many as half of its memory has room for.',
    ),
  sessions: sessions
    .optional()
    .describe(
      'Each Tomcat tells the others of its sessions, which so outlive their realserver: those of applications whose web.xml says `<distributable/>`.',
    ),
  trusted_proxies: z
    .array(destination)
    .min(1)
    .optional()
    .describe(
      'Addresses or networks of proxies before this cluster, such as those of a CDN: the client is who their `X-Forwarded-For` tells, and their `X-Forwarded-Proto` and `X-Forwarded-Host` hold. What anybody else says of itself there is replaced.',
    ),
  vrrp: vrrp.prefault({}).describe('How the directors agree on who holds a VIP.'),
  acme: acme
    .optional()
    .describe('Who issues and renews the certificates of services whose `tls` says `acme: true` (RFC 8555).'),
  nat: nat.optional().describe('The way back through the directors, which `forwarding: nat` needs.'),
  hosts_entries: z
    .union([z.boolean(), z.strictObject({ domain })])
    .default(false)
    .describe(
      'Every machine of the cluster bears its name of the inventory, and knows all by name, in /etc/hosts: by the full one and the short one, where the inventory has names with a domain, or `domain` gives one.',
    ),
  ssh_trust: z
    .boolean()
    .default(false)
    .describe(
      "Root of each director may log into the other directors with a key of its own, from that director's address only.",
    ),
  time: time.optional().describe('Clocks kept by chrony; left alone where absent.'),
  nfs: nfs
    .optional()
    .describe(
      'One document root for all realservers, which they mount from an NFS server; with the backend tomcat its application ROOT.',
    ),
  applications: applications.describe(
    "Sites and programs of the user's own that the realservers run. `apply` brings the first version, `understudy deploy` every further one, without a failed request.",
  ),
  connection_sync: z
    .boolean()
    .default(false)
    .describe('Directors tell each other of IPVS connections, so that these outlive a takeover.'),
  ipvs_timeouts: ipvsTimeouts
    .optional()
    .describe(
      'How long the kernel remembers which realserver a connection belongs to (`lvs_timeouts`, `ipvsadm --set`); what is not said keeps its value. For ipvs only.',
    ),
  ipvsadm_rules: z
    .boolean()
    .default(false)
    .describe(
      'A copy of the IPVS table on the directors, for `ipvsadm --restore` by hand: /etc/ipvsadm.rules, on the Red Hat ' +
        'family /etc/sysconfig/ipvsadm. Nothing loads it: keepalived alone writes the table.',
    ),
  notify: notify.optional().describe('Who is told, and what else happens, when a VIP moves.'),
  monitoring: monitoring
    .optional()
    .describe(
      'Prometheus may ask directors and realservers how they fare: by exporters of the distribution, which are installed, and by HAProxy itself. `understudy monitoring` writes what it is told. On Debian.',
    ),
  source: source
    .prefault({})
    .describe('Programs that are built on the machines from their sources; all others come as packages.'),
  extra: extra.prefault({}).describe('What has no word here, verbatim.'),
})

/** The variable `cluster`, with every default filled in. */
export type ClusterSettings = z.infer<typeof cluster>
