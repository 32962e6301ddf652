import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { type AddressPlace, addressNamed } from '../sensors/addresses.ts'
import { type SysctlReading, sysctlNamed } from '../sensors/sysctls.ts'
import { unitText } from '../sensors/unit-texts.ts'
import { unitNamed } from '../sensors/units.ts'
import { lines, sh } from '../shell/quote.ts'
import {
  type BootUnit,
  bootDifferences,
  bootUnitObstacle,
  bootUnitStands,
  installBootUnit,
  removeBootUnit,
  unitOfVip,
} from './boot-unit.ts'
import { cluster, ipAddress, networkDevice } from './network-fields.ts'
import { refuse } from './refuse.ts'

const schema = z.strictObject({
  address: ipAddress.describe('The virtual address, without a prefix: it stands as a single host.'),
  device: networkDevice
    .default('lo')
    .describe('The device that carries it; `tunl0`, or `ip6tnl0` for IPv6, is made where it is missing.'),
  cluster,
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent` takes it away, now and at boot.'),
})

type LoopbackVip = z.infer<typeof schema>

/**
 * A virtual address on the loopback device of a realserver, so that it accepts what directors forward to it.
 * Nothing may learn of it by ARP: arp_ignore and arp_announce are set before it appears, by the unit that brings
 * it back at boot too, in case another file sets them otherwise (kernel documentation, ip-sysctl).
 */
export const loopbackVip: ResourceKind<
  LoopbackVip,
  {
    places: ReturnType<typeof addressNamed>
    unit: ReturnType<typeof unitNamed>
    text: ReturnType<typeof unitText>
    ignore: ReturnType<typeof sysctlNamed>
    announce: ReturnType<typeof sysctlNamed>
  }
> = {
  name: 'loopback_vip',
  summary: 'A virtual address on the loopback device, never told by ARP, now and at every boot.',
  schema,
  shorthand: 'address',
  subject: ({ address }) => address,
  inspect: ({ address }) => ({
    places: addressNamed(address),
    unit: unitNamed(unitOfVip(address)),
    text: unitText(unitOfVip(address)),
    ignore: sysctlNamed('net.ipv4.conf.all.arp_ignore'),
    announce: sysctlNamed('net.ipv4.conf.all.arp_announce'),
  }),
  converge: (wanted, { places, unit, text, ignore, announce }) => {
    const { address, device } = wanted
    const here = places.filter((place) => place.device === device)
    if (wanted.state === 'absent') return remove(wanted, here, text !== undefined)
    const right = here.some(({ prefix }) => prefix === width(address))
    const wrong = here.filter(({ prefix }) => prefix !== width(address))
    const quiet = address.includes(':') || (atLeast(ignore, 1) && atLeast(announce, 2))
    const boot = bootUnit(wanted)
    const obstacle = bootUnitObstacle(boot, unit)
    if (obstacle) return refuse(obstacle)
    const lasting = bootUnitStands(boot, text, unit)
    if (right && wrong.length === 0 && quiet && lasting) return undefined
    const at = `${address}/${width(address)} on ${device}`
    const differences: Difference[] = [
      ...(quiet
        ? []
        : [{ is: 'attribute' as const, name: 'ARP', before: 'told', after: 'arp_ignore 1, arp_announce 2' }]),
      ...(right ? [] : [{ is: 'attribute' as const, name: 'now', before: show(here), after: at }]),
      ...bootDifferences(boot, text, lasting),
    ]
    return {
      summary: right ? 'keep quiet about it, and bring it back at boot' : `add to ${device}`,
      differences,
      script: lines(
        ...wrong.map(({ prefix }) => sh`ip addr del ${`${address}/${prefix}`} dev ${device}`),
        ...boot.start.map((command) => sh`sh -ec ${command}`),
        installBootUnit(boot),
      ),
      impact: 'none',
      disturbs: disturbedBy(address, device),
    }
  },
}

function remove(
  { address, device }: LoopbackVip,
  here: readonly AddressPlace[],
  lasting: boolean,
): Change | undefined {
  if (here.length === 0 && !lasting) return undefined
  return {
    summary: `remove from ${device}`,
    differences: [
      { is: 'attribute', name: 'now', before: show(here), after: undefined },
      {
        is: 'attribute',
        name: 'at boot',
        before: lasting ? unitOfVip(address) : undefined,
        after: undefined,
      },
    ],
    script: lines(
      removeBootUnit(unitOfVip(address)),
      ...here.map(({ prefix }) => sh`ip addr del ${`${address}/${prefix}`} dev ${device} 2>/dev/null || :`),
    ),
    impact: 'restart',
    disturbs: disturbedBy(address, device),
  }
}

function bootUnit({ address, device, cluster: asking }: LoopbackVip): BootUnit {
  const six = address.includes(':')
  const place = `${address}/${width(address)} dev ${device}`
  const raise = (path: string, value: number) =>
    `f=/proc/sys/net/ipv4/conf/${path}; [ "$(cat $f)" -ge ${value} ] || echo ${value} > $f`
  const quiet = ['all', device].flatMap((name) => [
    raise(`${name}/arp_ignore`, 1),
    raise(`${name}/arp_announce`, 2),
  ])
  return {
    name: unitOfVip(address),
    description: `Virtual address ${address} on ${device}, never told by ARP`,
    cluster: asking,
    order: [
      'DefaultDependencies=no',
      'After=systemd-sysctl.service systemd-modules-load.service',
      'Before=network.target network-online.target shutdown.target',
      'Conflicts=shutdown.target',
    ],
    start: [
      ...(device.startsWith('tunl') ? ['modprobe ipip'] : []),
      ...(device.startsWith('ip6tnl') ? ['modprobe ip6_tunnel'] : []),
      ...(six ? [] : quiet),
      ...(device === 'lo' ? [] : [`ip link set ${device} up`]),
      `ip addr replace ${place}${six ? '' : ` label ${labelOf(address, device)}`}`,
    ],
    stop: [`ip addr del ${place}`],
  }
}

/** Interface labels have 15 bytes, netdevice(7); the last number of the address tells VIPs apart. */
function labelOf(address: string, device: string): string {
  return `${device}:${address.slice(address.lastIndexOf('.') + 1)}`.slice(0, 15)
}

function width(address: string): number {
  return address.includes(':') ? 128 : 32
}

function atLeast({ live }: SysctlReading, value: number): boolean {
  return Number(live ?? 0) >= value
}

function show(places: readonly AddressPlace[]): string | undefined {
  return places.map(({ device, prefix }) => `/${prefix} on ${device}`).join(', ') || undefined
}

function disturbedBy(address: string, device: string): readonly string[] {
  const unit = unitOfVip(address)
  const arp = ['all', device].flatMap((name) => [
    `sysctl:net/ipv4/conf/${name}/arp_ignore`,
    `sysctl:net/ipv4/conf/${name}/arp_announce`,
  ])
  return ['boot-units:vip', `address:${address}`, `unit:${unit}`, `file:/etc/systemd/system/${unit}`, ...arp]
}
