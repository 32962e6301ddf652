import type { InterfaceSpec, NetworkSpec } from './addressing.ts'
import { attempt, run } from './command.ts'
import { familyOf, prefixOf } from './ranges.ts'
import type { Topology } from './topology.ts'

/** Makes the lab's own network namespace with a switch for each network in it and the machines' cables. */
export async function createNetwork(
  namespace: string,
  { networks, machines }: Pick<Topology, 'networks' | 'machines'>,
): Promise<void> {
  await run(['ip', 'netns', 'add', namespace])
  const cables = machines.flatMap(({ interfaces }) => interfaces)
  const switches = networks.map(
    // A dumb switch: no spanning tree to wait for, no multicast snooping to lose VRRP to.
    ({ name }) => `link add name ${name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
  )
  const links = [
    'link set lo up',
    ...networks.flatMap(gatewayOf),
    ...cables.flatMap(({ cable, network }) => [
      `tuntap add dev ${cable} mode tap`,
      ...networks.flatMap((one) => (one.name === network ? mtuOf(cable, one) : [])),
      `link set dev ${cable} master ${network} up`,
    ]),
  ]
  const settings = [SWITCH_SETTINGS, ...networks.flatMap(speakingIpv6)].join('\n')
  await run(['ip', '-n', namespace, '-batch', '-'], { input: `${switches.join('\n')}\n` })
  await run(['ip', 'netns', 'exec', namespace, 'sh', '-eu', '-c', settings])
  await run(['ip', '-n', namespace, '-batch', '-'], { input: `${links.join('\n')}\n` })
  for (const family of [4, 6] as const) {
    // Nothing is behind the gateways: say so at once instead of letting the machines wait.
    const ways = [
      'route add unreachable default',
      // What this computer says itself is not passed on.
      'rule add pref 10 iif lo lookup main',
      ...networks.flatMap((one) => keptApart(one, family)),
    ]
    await run(['ip', '-n', namespace, `-${family}`, '-batch', '-'], { input: `${ways.join('\n')}\n` })
  }
  // Offloads across a tap make downloads into the machines crawl.
  const names = [...networks.map(({ name }) => name), ...cables.map(({ cable }) => cable)]
  const offloads = names.map((link) => `ethtool -K ${link} tso off gso off tx off`)
  await run(['ip', 'netns', 'exec', namespace, 'sh', '-eu', '-c', offloads.join('\n')])
}

function gatewayOf(network: NetworkSpec): readonly string[] {
  const { name, ranges, gateways } = network
  return [
    ...mtuOf(name, network),
    ...ranges.map((range, index) => {
      const nodad = familyOf(range) === 6 ? ' nodad' : ''
      return `address add ${gateways[index]}/${prefixOf(range)} dev ${name}${nodad}`
    }),
    `link set dev ${name} up`,
  ]
}

function mtuOf(link: string, { mtu }: NetworkSpec): readonly string[] {
  return mtu === undefined ? [] : [`link set dev ${link} mtu ${mtu}`]
}

/** This computer speaks with a network that is not routed, and passes nothing on to it or from it. */
function keptApart({ name, ranges, routed }: NetworkSpec, family: 4 | 6): readonly string[] {
  if (routed) return []
  return [
    `rule add pref 11 iif ${name} unreachable`,
    ...ranges
      .filter((range) => familyOf(range) === family)
      .map((range) => `rule add pref 12 to ${range} unreachable`),
  ]
}

function speakingIpv6({ name, ranges }: NetworkSpec): readonly string[] {
  return ranges.some((range) => familyOf(range) === 6)
    ? [`echo 0 > /proc/sys/net/ipv6/conf/${name}/disable_ipv6`]
    : []
}

// An unplugged cable must be dead: without these, the namespace would answer ARP and IPv6 on it.
// Answers of direct routing and tunnels come from a VIP that is elsewhere: a router that asks back drops them.
const SWITCH_SETTINGS = `
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore
echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects
echo 0 > /proc/sys/net/ipv4/conf/default/send_redirects
echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
`

/** Pulls a cable of a machine. The tap itself stays up: user-mode-linux never recovers from a tap set down. */
export async function unplug(namespace: string, { cable }: InterfaceSpec): Promise<void> {
  await run(['ip', '-n', namespace, 'link', 'set', 'dev', cable, 'nomaster'])
}

/** Plugs a cable of a machine back in. */
export async function plug(namespace: string, { cable, network }: InterfaceSpec): Promise<void> {
  await run(['ip', '-n', namespace, 'link', 'set', 'dev', cable, 'master', network])
}

/** The cables that are plugged in. */
export async function pluggedIn(namespace: string): Promise<ReadonlySet<string>> {
  const listed = await attempt(['ip', '-n', namespace, '-json', 'link', 'show'])
  if (listed.exitCode !== 0) return new Set()
  const links = JSON.parse(listed.stdout || '[]') as readonly {
    readonly ifname?: string
    readonly master?: string
  }[]
  return new Set(links.flatMap(({ ifname, master }) => (master === undefined ? [] : (ifname ?? []))))
}

/** Every network namespace of this computer. */
export async function listNamespaces(): Promise<readonly string[]> {
  const listed = await attempt(['ip', 'netns', 'list'])
  return listed.stdout.split('\n').flatMap((line) => line.split(' ')[0] || [])
}

/** The processes living in a network namespace: everything of a lab but its package proxy. */
export async function processesIn(namespace: string): Promise<readonly number[]> {
  const listed = await attempt(['ip', 'netns', 'pids', namespace])
  return listed.exitCode === 0 ? listed.stdout.split('\n').filter(Boolean).map(Number) : []
}
