import { attempt, run } from './command.ts'
import type { Topology } from './topology.ts'

const BRIDGE = 'lan'

/** Makes the lab's own network namespace with a switch in it and a cable to each machine. */
export async function createNetwork(namespace: string, topology: Topology): Promise<void> {
  const bits = topology.network.split('/')[1]
  await run(['ip', 'netns', 'add', namespace])
  const cables = topology.machines.map((machine) => machine.name)
  const links = [
    'link set lo up',
    // A dumb switch: no spanning tree to wait for, no multicast snooping to lose VRRP to.
    `link add ${BRIDGE} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `address add ${topology.gateway}/${bits} dev ${BRIDGE}`,
    `link set dev ${BRIDGE} up`,
    // Nothing is behind the gateway: say so at once instead of letting the machines wait.
    'route add unreachable default',
    ...cables.flatMap((cable) => [
      `tuntap add dev ${cable} mode tap`,
      `link set dev ${cable} master ${BRIDGE} up`,
    ]),
  ]
  await run(['ip', 'netns', 'exec', namespace, 'sh', '-eu', '-c', SWITCH_SETTINGS])
  await run(['ip', '-n', namespace, '-batch', '-'], { input: `${links.join('\n')}\n` })
  // Offloads across a tap make downloads into the machines crawl.
  const offloads = [BRIDGE, ...cables].map((link) => `ethtool -K ${link} tso off gso off tx off`)
  await run(['ip', 'netns', 'exec', namespace, 'sh', '-eu', '-c', offloads.join('\n')])
}

// An unplugged cable must be dead: without these, the namespace would answer ARP and IPv6 on it.
const SWITCH_SETTINGS = `
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore
echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects
echo 0 > /proc/sys/net/ipv4/conf/default/send_redirects
echo 1 > /proc/sys/net/ipv4/ip_forward
`

/** Pulls a machine's cable. The tap itself stays up: user-mode-linux never recovers from a tap set down. */
export async function unplug(namespace: string, machine: string): Promise<void> {
  await run(['ip', '-n', namespace, 'link', 'set', 'dev', machine, 'nomaster'])
}

/** Plugs a machine's cable back in. */
export async function plug(namespace: string, machine: string): Promise<void> {
  await run(['ip', '-n', namespace, 'link', 'set', 'dev', machine, 'master', BRIDGE])
}

/** The machines whose cable is plugged in. */
export async function pluggedIn(namespace: string): Promise<ReadonlySet<string>> {
  const listed = await attempt(['ip', '-n', namespace, '-json', 'link', 'show', 'master', BRIDGE])
  if (listed.exitCode !== 0) return new Set()
  const links = JSON.parse(listed.stdout || '[]') as readonly { readonly ifname?: string }[]
  return new Set(links.flatMap((link) => link.ifname ?? []))
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
