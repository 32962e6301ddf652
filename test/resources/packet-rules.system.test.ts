import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'nft', 'ip')

const vip = '198.51.100.100'
const marks = [
  { mark: 770_001, address: vip, protocol: 'tcp', ports: [80, 443, '30000-30009'] },
  { mark: 775_001, address: '2001:db8::100', protocol: 'udp', ports: [53] },
]
const masquerade = {
  ...{ from: ['10.9.1.21'], except_from: [vip, '10.9.1.99'] },
  except_to: ['10.9.1.21', '10.9.1.11', vip],
}
const wanted = (words: object = { marks, masquerade }) => make('packet_rules', { name: 'web', ...words })

/** What a command prints in the world. */
const said = (world: World, line: string) => {
  const [command, ...words] = world.enter
  return execFileSync(command, words, { input: `${line}\n`, encoding: 'utf8', timeout: 60_000 })
}

/**
 * A realserver and a stranger on either side of the world, which passes packets on. Whoever hears anything, if only that nobody
 * listens, was answered: the stranger knows no way to the realserver.
 */
const traffic = `exec 2>/dev/null
unshare -n sleep 50 >/dev/null & us_server=$!
unshare -n sleep 50 >/dev/null & us_stranger=$!
sleep 0.3
at() { us_pid=$1; shift; nsenter -t "$us_pid" -n "$@"; }
ip link set lo up
ip link add in0 type veth peer name eth0 netns $us_server
ip link add out0 type veth peer name eth0 netns $us_stranger
ip addr add 10.9.1.11/24 dev in0; ip link set in0 up
ip addr add 198.51.100.11/24 dev out0; ip addr add ${vip}/24 dev out0; ip link set out0 up
echo 1 >/proc/sys/net/ipv4/ip_forward
at $us_server ip addr add 10.9.1.21/24 dev eth0
at $us_server ip link set eth0 up
at $us_server ip route add default via 10.9.1.11
at $us_stranger ip addr add 198.51.100.2/24 dev eth0
at $us_stranger ip link set eth0 up
nft -f - <<'END'
table ip seen {
  chain c {
    type filter hook input priority 0
    meta mark 770001 tcp dport 80 counter
    meta mark 770001 tcp dport 443 counter
    meta mark 770001 tcp dport 30005 counter
    meta mark != 0 tcp dport { 22, 30010 } counter
  }
}
END
for us_port in 22 80 443 30005 30010; do
  at $us_stranger bash -c "exec timeout 2 bash -c '</dev/tcp/${vip}/$us_port'"
done
timeout 2 bash -c '</dev/tcp/${vip}/443'
nft list table ip seen | sed -n 's/.*dport \\(.*\\) counter packets \\([0-9]*\\).*/\\1: \\2/p'
us_out=$(at $us_server timeout 2 bash -c '</dev/tcp/198.51.100.2/9' 2>&1)
case $us_out in *refused*) echo 'the stranger answered' ;; *) echo 'nobody answered' ;; esac
us_near=$(at $us_server timeout 2 bash -c '</dev/tcp/10.9.1.11/9' 2>&1)
case $us_near in *refused*) echo 'the director answered' ;; esac
nft delete table ip seen
kill $us_server $us_stranger`

// These worlds have a network of their own but no systemd: what is live happens, what would last is refused.
// What asks and answers here needs more than busybox has.
const dash = { name: 'dash', command: ['dash', '-s'] } as const

it('mark what goes to any port of a service, let realservers out, and are found as they are', async () => {
  using world = openWorld(dash)
  expect(said(world, traffic)).toContain('nobody answered')
  said(world, 'ip link del in0 2>/dev/null || :; ip link del out0 2>/dev/null || :')
  const { status, stderr, again } = await apply(world, wanted())
  expect(status).not.toBe(0)
  expect(stderr).toContain('nothing would bring this back at boot')
  expect(again?.differences).toMatchObject([{ name: 'at boot' }])
  expect(said(world, traffic).trim().split('\n')).toEqual([
    ...['80: 1', '443: 2', '30005: 1', '{ 22, 30010 }: 0'],
    ...['the stranger answered', 'the director answered'],
  ])
})

describe.each(shells)('packet rules under $name', (shell) => {
  it('see what somebody else did to them, and are gone with the words', async () => {
    using world = openWorld(shell)
    await apply(world, wanted())
    said(world, 'nft add rule ip understudy_web marks counter')
    const found = await plan(world, wanted())
    expect(found?.differences).toMatchObject([{ name: 'in the kernel' }, { name: 'at boot' }])
    await apply(world, wanted({ marks: marks.slice(0, 1) }))
    expect(said(world, 'nft list tables')).toBe('table ip understudy_web\n')
    const { status, again } = await apply(world, wanted({}))
    expect([status, again]).toEqual([0, undefined])
    expect(said(world, 'nft list tables; ls /etc/understudy')).toBe('')
  })

  it('keep the marks of ports that nobody names any more until they are told otherwise', async () => {
    using world = openWorld(shell)
    await apply(world, wanted({ marks }))
    expect(await plan(world, wanted({ keep_marks: true }))).toMatchObject({
      differences: [{ name: 'at boot' }],
    })
    const [first, second] = marks
    const others = [{ ...first, mark: 780_001, ports: [443, 8443] }]
    await apply(world, wanted({ marks: others, keep_marks: true }))
    expect(said(world, 'cat /etc/understudy/packets-web.nft | grep mark.set')).toBe(
      `\t\tip daddr ${vip} tcp dport { 443, 8443 } meta mark set 780001
\t\tip daddr ${vip} tcp dport { 80, 30000-30009 } meta mark set 770001
\t\tip6 daddr ${second?.address} udp dport { 53 } meta mark set 775001
`,
    )
    await apply(world, wanted({ marks: others }))
    expect(said(world, 'nft list tables')).toBe('table ip understudy_web\n')
  })
})
