import type { Script } from '../../model/script.ts'
import { embed, lines, sh } from '../../shell/quote.ts'
import type { Fault, Struck } from '../fault.ts'
import { clearWays, occupyWaysTo } from './traffic-control.ts'

/** Multicast of the daemon that tells the other directors of IPVS connections (ipvsadm(8), --mcast-group). */
const connectionSync = '224.0.0.81'

const directions = [
  { hook: 'ingress', theirs: 'src', ourPort: 'dport' },
  { hook: 'egress', theirs: 'dst', ourPort: 'sport' },
] as const
type Direction = (typeof directions)[number]

/** A family as tc knows it, and the place of its filters: those that let pass come before those that drop. */
const families = [
  { protocol: 'ip', match: 'ip', whole: 32, passes: 1, drops: 3, has: (text: string) => !text.includes(':') },
  {
    protocol: 'ipv6',
    match: 'ip6',
    whole: 128,
    passes: 2,
    drops: 4,
    has: (text: string) => text.includes(':'),
  },
] as const
type AnyFamily = (typeof families)[number]

/** What is cut off, as one end of a packet; it always is the one that is not this machine's. */
interface Cut {
  readonly addresses: readonly string[]
  /** Further targets of packets that go out. */
  readonly targets: readonly string[]
  /** VRRP, IP protocol 112 (RFC 5798), is dropped whoever it is from; it passes otherwise. */
  readonly vrrp: 'drop' | 'pass'
}

function filter({ hook }: Direction, { protocol }: AnyFamily, preference: number, rest: Script): Script {
  return sh`tc filter add dev "$us_device" ${hook} protocol ${protocol} prio ${preference} u32 ${embed(rest)}`
}

/** Our own connection goes on, also where it comes from one of those that are cut off. */
function ourWay({ way }: Struck, direction: Direction): readonly Script[] {
  return families
    .filter(({ has }) => has(way.from))
    .map((family) => {
      const { match, whole, passes } = family
      const { theirs, ourPort } = direction
      const rest = sh`match ${match} ${theirs} ${`${way.from}/${whole}`} match ${match} protocol 6 0xff match ${match} ${ourPort} ${way.port} 0xffff action pass`
      return filter(direction, family, passes, rest)
    })
}

/** Drops what goes between this machine and others, on every interface that leads to them. */
function cutOff(struck: Struck, { addresses, targets, vrrp }: Cut): Script {
  const filters = directions.flatMap((direction) => [
    ...ourWay(struck, direction),
    // 51: with an authentication header.
    ...families.flatMap((family) =>
      [112, 51].map((number) =>
        filter(
          direction,
          family,
          family.passes,
          sh`match ${family.match} protocol ${number} 0xff action ${vrrp}`,
        ),
      ),
    ),
    ...families.flatMap((family) =>
      [...addresses, ...(direction.hook === 'egress' ? targets : [])]
        .filter(family.has)
        .map((address) =>
          filter(
            direction,
            family,
            family.drops,
            sh`match ${family.match} ${direction.theirs} ${`${address}/${family.whole}`} action drop`,
          ),
        ),
    ),
  ])
  return lines(
    occupyWaysTo(addresses, struck.interfaces),
    sh`for us_device in $us_devices; do
${embed(lines(...filters))}
done`,
  )
}

const partsAreApart = {
  what: 'machines that are either director or realserver',
  met: ({ directors, realservers }: Parameters<NonNullable<Fault['needs']>['met']>[0]) =>
    realservers.every(({ host }) => directors.every((director) => director.host !== host)),
}

/** Faults that cut a director off from some of the others and leave it all the rest. */
export const cutFaults: readonly Fault[] = [
  {
    name: 'director-cut-from-peer',
    summary:
      'the director that holds the VIP and the other directors get no packets of each other, and everybody else those of both: split brain',
    strikes: 'holder',
    toll: 'takeover',
    needs: partsAreApart,
    inject: (struck) => cutOff(struck, { addresses: struck.peers, targets: [connectionSync], vrrp: 'drop' }),
    undo: clearWays,
  },
  {
    name: 'director-cut-from-realservers',
    summary:
      'the director that holds the VIP reaches no realserver any more, and everybody else: the sorry page must appear where there is one',
    strikes: 'holder',
    toll: 'whole',
    sorry: true,
    needs: {
      what: `realservers, and ${partsAreApart.what}`,
      met: (cluster) => cluster.realservers.length > 0 && partsAreApart.met(cluster),
    },
    // Under direct routing what goes to a realserver still bears the address of the VIP.
    inject: (struck) => cutOff(struck, { addresses: struck.realservers, targets: struck.vips, vrrp: 'pass' }),
    undo: clearWays,
  },
]
