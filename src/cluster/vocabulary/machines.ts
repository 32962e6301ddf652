import { z } from 'zod'
import { address, interfaceName, name, verbatim } from './words.ts'

const command = z.string().regex(/\S/, 'must be a command')

const power = z.strictObject({
  off: command.describe('Command that cuts its power at once, without telling its operating system.'),
  on: command.describe('Command that switches it on; where it is on already, it may fail.'),
})

const priority = z.number().int().min(1).max(254)

/** What one director is told of one VIP alone. */
const vipOnDirector = z.strictObject({
  interface: interfaceName.optional().describe('Interface that carries the VIP on this director.'),
  vrrp_interface: interfaceName
    .optional()
    .describe('Interface on which this director speaks VRRP for the VIP.'),
  address: address
    .optional()
    .describe(
      'Address from which this director speaks VRRP for the VIP; where it is one of another interface than that of the VIP, VRRP is spoken there.',
    ),
  priority: priority.optional().describe('VRRP priority of this director for the VIP.'),
  extra: verbatim
    .optional()
    .describe(
      "Lines of keepalived.conf for the VIP's VRRP instance on this director, after those of the VIP itself.",
    ),
})

/** The variable `director`. */
export const director = z.strictObject({
  interface: interfaceName.optional().describe("Interface for the VIPs, where it is not the cluster's."),
  vrrp_interface: interfaceName
    .optional()
    .describe("Interface on which it speaks VRRP, where it is not the cluster's `vrrp.interface`."),
  address: address
    .optional()
    .describe(
      'Address from which it speaks VRRP, where it is not the one in the network of the VIP: another of the interface on which VRRP is spoken (`mcast_src_ip`), or one of an interface that carries no VIP, on which VRRP is then spoken.',
    ),
  priority: priority
    .optional()
    .describe(
      'VRRP priority in every instance; computed from `owner` and the order of the group where absent.',
    ),
  vips: z
    .record(z.string(), vipOnDirector)
    .optional()
    .describe(
      'What this director does otherwise for one VIP, by its address or the name of its VRRP instance; counts before all that is said elsewhere.',
    ),
  router_id: name
    .optional()
    .describe('Name in logs and mails of keepalived; the inventory name where absent.'),
  power: power
    .optional()
    .describe(
      'Who can cut its power, for the drill `power-lost`: commands that a shell on this computer runs, such as `ipmitool`, ' +
        "a hypervisor's program, or `curl`.",
    ),
})

/** The variable `realserver`. */
export const realserver = z.strictObject({
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
  backup: z
    .boolean()
    .default(false)
    .describe('Serves only while all others are gone; for nginx and HAProxy.'),
  max_fails: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe(
      'Failed requests within `fail_timeout` after which nginx leaves it alone; 0: never. One more than the `retries` of ' +
        'the check where absent.',
    ),
  fail_timeout: z
    .number()
    .int()
    .min(1)
    .max(3600)
    .optional()
    .describe(
      'Seconds for which nginx then leaves it alone; the `interval` of the check, in whole seconds, where absent. A ' +
        'director that was cut off has marked all of them.',
    ),
})

/** The variable `director` of one host. */
export type DirectorSettings = z.infer<typeof director>
/** The variable `realserver` of one host. */
export type RealserverSettings = z.infer<typeof realserver>
