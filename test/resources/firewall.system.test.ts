import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'nft', 'iptables')

const allow = [
  { ports: [80, '8000-8010'] },
  { protocol: 'vrrp', from: ['10.9.0.12'], to: ['224.0.0.18'] },
  { protocol: 'udp', ports: [8848], from: ['2001:DB8::/64'] },
  { protocol: 'tcp', from: ['10.9.0.21'], forward: true },
  { protocol: 'icmp' },
]
const wanted = (name = 'web', all: unknown = allow) => make('firewall', { name, allow: all })
const gone = (name = 'web') => make('firewall', { name, state: 'absent' })

/** What a command in the world prints. */
const said = (world: World, line: string) => {
  const [command, ...words] = world.enter
  return execFileSync(command, words, { input: `${line}\n`, encoding: 'utf8' })
}

const ruleset = `#!/usr/sbin/nft -f
flush ruleset
table inet guard {
  set friends { type ipv4_addr; elements = { 10.9.0.1, 10.9.0.2 } }
  chain incoming {
    type filter hook input priority filter; policy drop;
    ct state invalid drop
    ct state established,related accept
    tcp dport 22 accept
  }
  chain passing { type filter hook forward priority filter; policy accept; jump others; }
  chain others { reject; }
  chain outgoing { type filter hook output priority filter; policy accept; }
}
table ip bans {
  chain incoming { type filter hook input priority filter - 1; policy accept; ip saddr 192.0.2.66 drop; }
}
`

function withNftables(world: World): void {
  said(
    world,
    `cat >/etc/nftables.conf <<'END'
${ruleset}END
chmod 755 /etc/nftables.conf
mkdir -p /etc/systemd/system/sysinit.target.wants
ln -s /dev/null /etc/systemd/system/sysinit.target.wants/nftables.service
nft -f /etc/nftables.conf`,
  )
}

const rules = (input: string, mine: string) => `*filter
:INPUT ${input} [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
# rules of somebody
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
${mine}COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -j MARK --set-mark 1
COMMIT
`

function withIptables(world: World): void {
  said(
    world,
    `mkdir -p /etc/iptables
cat >/etc/iptables/rules.v4 <<'END'
${rules('DROP', '')}END
cat >/etc/iptables/rules.v6 <<'END'
${rules('ACCEPT', '-A INPUT -j REJECT\n')}END
chmod 640 /etc/iptables/rules.v4
iptables-restore /etc/iptables/rules.v4
ip6tables-restore /etc/iptables/rules.v6`,
  )
}

describe.each(shells)('firewall under $name', (shell) => {
  it('has nothing to do where none is at work', async () => {
    using world = openWorld(shell)
    expect(await plan(world, wanted())).toBeUndefined()
    said(world, 'iptables -A INPUT -s 192.0.2.66 -j DROP')
    expect(await plan(world, wanted())).toBeUndefined()
    expect(await plan(world, gone())).toBeUndefined()
  })

  it('opens every chain of nftables that turns packets away, and closes again what is no longer wanted', async () => {
    using world = openWorld(shell)
    withNftables(world)
    const before = said(world, 'nft list ruleset')
    expect(await apply(world, wanted())).toMatchObject({ status: 0, again: undefined, stderr: '' })
    const open = said(world, 'nft list ruleset')
    expect(open).toMatch(/ip saddr 10\.9\.0\.12 ip daddr 224\.0\.0\.18 meta l4proto (112|vrrp) accept/)
    expect(open).toContain('tcp dport 8000-8010 accept')
    expect(open).toContain('ip6 saddr 2001:db8::/64 udp dport 8848 accept')
    expect(open).toMatch(/meta l4proto \{ (1, 58|icmp, ipv6-icmp) \} accept/)
    expect(open.indexOf('tcp dport 80 accept')).toBeLessThan(open.indexOf('ct state invalid'))
    expect(/chain passing \{[^}]*ip saddr 10\.9\.0\.21 meta l4proto (6|tcp) accept/.test(open)).toBe(true)
    expect(/table ip bans \{[^}]*understudy/.test(open)).toBe(false)

    expect(await apply(world, wanted('other', [{ ports: [81] }]))).toMatchObject({ again: undefined })
    expect(await plan(world, wanted())).toBeUndefined()
    const two = said(world, 'nft list ruleset').replaceAll(/# handle.*/g, '')
    // As a boot does, and a reload by hand.
    said(world, 'nft -f /etc/nftables.conf')
    expect(said(world, 'nft list ruleset').split('\n').toSorted()).toEqual(two.split('\n').toSorted())
    expect(await plan(world, wanted())).toBeUndefined()
    expect(statSync(world.outside('/etc/nftables.conf')).mode & 0o7777).toBe(0o755)

    const fewer = wanted('web', [{ ports: [80] }])
    expect(await apply(world, fewer)).toMatchObject({ status: 0, again: undefined })
    expect(said(world, 'nft list ruleset')).not.toContain('8848')
    for (const name of ['web', 'other'])
      expect(await apply(world, gone(name))).toMatchObject({ status: 0, again: undefined })
    expect(said(world, 'nft list ruleset')).toBe(before)
    expect(readFileSync(world.outside('/etc/nftables.conf'), 'utf8')).toBe(ruleset)
    expect(existsSync(world.outside('/etc/understudy/firewall'))).toBe(false)
  })

  it('comes up at boot although the ruleset lost a chain, and finds the new one', async () => {
    using world = openWorld(shell)
    withNftables(world)
    await apply(world, wanted())
    said(world, 'sed -i s/guard/wall/ /etc/nftables.conf; nft -f /etc/nftables.conf')
    expect(await apply(world, wanted())).toMatchObject({ status: 0, again: undefined })
    expect(said(world, 'nft list chain inet wall incoming')).toContain('tcp dport 80 accept')
  })

  it('leaves a ruleset alone that would not load, and says so', async () => {
    using world = openWorld(shell)
    withNftables(world)
    said(world, 'echo nonsense >>/etc/nftables.conf')
    const { status, stderr } = await apply(world, wanted())
    expect(status).not.toBe(0)
    expect(stderr).toContain('/etc/nftables.conf was left as it is')
    expect(readFileSync(world.outside('/etc/nftables.conf'), 'utf8')).toBe(`${ruleset}nonsense\n`)
    expect(said(world, 'nft list ruleset')).not.toContain('understudy')
  })

  it('opens iptables of both families, now and in the files loaded at boot', async () => {
    using world = openWorld(shell)
    withIptables(world)
    const [four, six] = [said(world, 'iptables -S'), said(world, 'ip6tables -S')]
    const files = ['/etc/iptables/rules.v4', '/etc/iptables/rules.v6'].map((path) => world.outside(path))
    const texts = files.map((path) => readFileSync(path, 'utf8'))
    expect(await apply(world, wanted())).toMatchObject({ status: 0, again: undefined })
    const open = said(world, 'iptables -S INPUT')
    expect(open).toMatch(/-s 10\.9\.0\.12\/32 -d 224\.0\.0\.18\/32 -p (112|vrrp) .* -j ACCEPT/)
    expect(open.indexOf('--dport 80 ')).toBeLessThan(open.indexOf('INVALID'))
    expect(open).not.toContain('8848')
    expect(said(world, 'ip6tables -S INPUT')).toMatch(/-s 2001:db8::\/64 .*--dport 8848/)
    expect(said(world, 'iptables -S FORWARD')).not.toContain('understudy')

    said(world, 'iptables -P INPUT ACCEPT; iptables -F; iptables-restore /etc/iptables/rules.v4')
    said(world, 'ip6tables -F; ip6tables-restore /etc/iptables/rules.v6')
    expect(await plan(world, wanted())).toBeUndefined()
    expect(statSync(files[0] ?? '').mode & 0o7777).toBe(0o640)
    // As an administrator saves them.
    said(world, 'iptables-save >/etc/iptables/rules.v4; ip6tables-save >/etc/iptables/rules.v6')
    expect(await plan(world, wanted())).toBeUndefined()
    expect(await apply(world, wanted('web', [{ ports: [81] }]))).toMatchObject({ again: undefined })
    expect(said(world, 'iptables -S')).not.toContain('--dport 80 ')
    for (const [index, path] of files.entries()) execFileSync('tee', [path], { input: texts[index] })
    expect(await apply(world, wanted('web', [{ ports: [81] }]))).toMatchObject({ again: undefined })
    expect(await apply(world, gone())).toMatchObject({ status: 0, again: undefined })
    expect([said(world, 'iptables -S'), said(world, 'ip6tables -S')]).toEqual([four, six])
    expect(files.map((path) => readFileSync(path, 'utf8'))).toEqual(texts)
  })
})
