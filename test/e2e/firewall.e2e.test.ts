import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf, wantedOf } from './events.ts'
import { tryingAll } from './in-place.ts'
import { type OnThisKernel, onThisKernel } from './own-kernel.ts'

let cluster: TestCluster
let machines: OnThisKernel

const install = (packages: string) =>
  `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${packages} >/dev/null 2>&1`

/** A firewall that lets in ssh and nothing else, on each machine another, as its administrator would set it up. */
const firewalls: Readonly<Record<string, string>> = {
  d1: `${install('nftables')}
cat >/etc/nftables.conf <<'END'
#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif lo accept
		tcp dport 22 accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}
END
systemctl enable -q --now nftables`,
  d2: `${install('iptables-persistent')}
for ip in iptables ip6tables; do
  $ip -A INPUT -i lo -j ACCEPT
  $ip -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
  $ip -A INPUT -p tcp --dport 22 -j ACCEPT
  $ip -P INPUT DROP
done
netfilter-persistent save >/dev/null 2>&1`,
  rs1: `${install('ufw')}
ufw allow 22/tcp >/dev/null && ufw --force enable`,
  // It lets in ssh by itself.
  rs2: install('firewalld'),
}

const names = Object.keys(firewalls)

beforeAll(async () => {
  cluster = await startCluster('hot-standby', '10.93.0', { packages: [], switchedOn: ['client'] })
  machines = await onThisKernel(cluster.lab, names)
  await Promise.all(names.map((name) => cluster.on(name, firewalls[name] ?? '')))
})
afterAll(async () => {
  machines?.[Symbol.dispose]()
  await cluster?.[Symbol.asyncDispose]()
})

/** Can the client open a connection to a port of a machine, on which sshd is made to listen? */
const reaches = async (name: string, port: number) => {
  const start = `until ss -Hltn | grep ":${port} "; do /usr/sbin/sshd -p ${port} 2>/dev/null; sleep 0.5; done`
  expect(await cluster.on(name, `timeout 20 sh -c '${start}'`)).toContain(`:${port} `)
  const knock = `timeout 2 bash -c 'exec 3<>/dev/tcp/${addressOf(name)}/${port}' 2>/dev/null`
  return (await cluster.on('client', `${knock} && echo yes || echo no`)) === 'yes'
}
const addressOf = (name: string) =>
  cluster.address({ d1: '10.77.0.11', d2: '10.77.0.12', rs1: '10.77.0.21', rs2: '10.77.0.22' }[name] ?? '')

/** All rules of a machine, without what counts packets. */
const rulesOf: Readonly<Record<string, string>> = {
  d1: 'nft list ruleset; cat /etc/nftables.conf',
  d2: 'iptables -S; ip6tables -S; grep -v -e "^#" -e "^:" /etc/iptables/rules.v4',
  rs1: 'iptables -S; ip6tables -S; cat /etc/ufw/before.rules /etc/ufw/before6.rules',
  rs2: 'firewall-cmd --list-all-zones; firewall-cmd --permanent --list-all-zones',
}
const allRules = () => Promise.all(names.map((name) => cluster.on(name, rulesOf[name] ?? '')))
let bare: readonly string[]

// One after the other: each test finds the cluster as the one before left it.
describe('machines that let in ssh and nothing else', () => {
  it('become a cluster that proves itself', async () => {
    bare = await allRules()
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  })

  it('have nothing left to do after that, which one trip to each tells', async () => {
    const again = await cluster.run(['apply', '--json', '--no-verify'])
    expect(again.status).toBe(0)
    expect(recapsOf(again).map(({ host, changed, trips }) => [host, changed, trips])).toEqual(
      names.map((name) => [name, 0, 1]),
    )
  })

  it('have rules of somebody against the cluster seen, and let it in or say what to take away', async () => {
    const somebody = (hook: string, rule: string) =>
      `nft add table inet mine && nft add chain inet mine some '{ type filter hook ${hook} priority 0; }' && nft add rule inet mine some ${rule} 2>&1`
    const forget = () => cluster.on('d1', 'nft delete table inet mine')
    expect(await cluster.on('d1', somebody('input', 'ip protocol 112 drop'))).toBe('')
    expect(wantedOf(await cluster.run(['plan', '--json']), 'd1')).toEqual(['firewall[web]'])
    expect((await cluster.run(['apply', '--json', '--no-verify', '--limit', 'd1'])).status).toBe(0)
    expect(await cluster.on('d1', 'nft list chain inet mine some')).toMatch(
      /vrrp accept[\s\S]*protocol vrrp drop/,
    )
    await forget()
    const other = cluster.address('10.77.0.12')
    const rules = [
      ['output', 'ip protocol vrrp drop'],
      ['input', `ip saddr ${other} drop`],
    ] as const
    for (const [hook, rule] of rules) {
      expect(await cluster.on('d1', somebody(hook, rule))).toBe('')
      for (const command of [['plan'], ['apply', '--no-verify']]) {
        const ran = await cluster.run([...command, '--json', '--limit', 'd1'])
        expect([ran.status === 0, ran.stdout.includes('nftables drops vrrp')]).toEqual([false, true])
      }
      await forget()
    }
    // What we had put into their table is not kept for one that is gone.
    expect((await cluster.run(['apply', '--json', '--no-verify', '--limit', 'd1'])).status).toBe(0)
    expect(wantedOf(await cluster.run(['plan', '--json']), 'd1')).toEqual([])
    expect(await cluster.settled()).toEqual([])
  })

  it('are as open after a reboot, and no further', async () => {
    await machines.reboot()
    expect(await cluster.settled()).toEqual([])
    const planned = await cluster.run(['plan', '--json'])
    for (const name of names) {
      expect(wantedOf(planned, name)).toEqual([])
      expect(await reaches(name, 22)).toBe(true)
      expect(await reaches(name, 8099)).toBe(false)
    }
  })

  it('have their own rules and no others once ours are to go', async () => {
    const playbook = join(cluster.scratch, 'close.yaml')
    writeFileSync(
      playbook,
      '- hosts: directors:realservers\n  tasks:\n    - firewall: { name: web, state: absent }\n',
    )
    const closed = await cluster.run(['apply', playbook, '--no-verify'])
    expect(closed.status, closed.stdout + closed.stderr).toBe(0)
    expect(await allRules()).toEqual(bare)
  })

  if (tryingAll) {
    it('are what tasks for firewalld say, in the zones that they name', async () => {
      const playbook = join(import.meta.dirname, '../ansible/playbooks/wall-of-firewalld.yaml')
      const ofPlaybook = [playbook, '--limit', 'rs2']
      const made = await cluster.run(['apply', ...ofPlaybook, '--no-verify'])
      expect(made.status, made.stdout + made.stderr).toBe(0)
      const zone = (name: string) => cluster.on('rs2', `firewall-cmd --permanent --zone=${name} --list-all`)
      expect(await zone('public')).toMatch(/services:.*https[\s\S]*ports: 8081\/tcp[\s\S]*192\.0\.2\.0\/24/)
      expect(await zone('public')).not.toContain('dhcpv6-client')
      expect(await zone('trusted')).toContain('sources: 198.51.100.0/24')
      expect(await zone('external')).toContain('masquerade: yes')
      expect(await cluster.on('rs2', 'firewall-cmd --list-all')).toContain('https')
      const again = await cluster.run(['apply', '--json', ...ofPlaybook, '--no-verify'])
      expect(recapsOf(again).map(({ host, changed }) => [host, changed])).toEqual([['rs2', 0]])
    })

    it('are what tasks for ufw say', async () => {
      const playbook = join(import.meta.dirname, '../ansible/playbooks/wall-of-ufw.yaml')
      const ofPlaybook = [playbook, '--limit', 'rs1']
      const made = await cluster.run(['apply', ...ofPlaybook, '--no-verify'])
      expect(made.status, made.stdout + made.stderr).toBe(0)
      const said = await cluster.on('rs1', 'ufw status verbose')
      expect(said).toMatch(/Logging: on \(low\)[\s\S]*deny \(incoming\), allow \(outgoing\)/)
      expect(said).toMatch(/22\/tcp +ALLOW IN +Anywhere/)
      expect(said).toMatch(/2222\/tcp +LIMIT IN +Anywhere +# slowly/)
      expect(said).toMatch(/80\/tcp +DENY IN +10\.9\.0\.0\/16/)
      const again = await cluster.run(['apply', '--json', ...ofPlaybook, '--no-verify'])
      expect(recapsOf(again).map(({ host, changed }) => [host, changed])).toEqual([['rs1', 0]])
    })
  }
})
