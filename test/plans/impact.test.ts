import { describe, expect, it } from 'vitest'
import { resolveClusters } from '../../src/cluster/index.ts'
import type { Change, Impact } from '../../src/model/change.ts'
import type { Facts } from '../../src/model/facts.ts'
import { feltTogether } from '../../src/model/impact.ts'
import type { HostPlan, Step } from '../../src/model/plan.ts'
import { impactOf } from '../../src/plans/impact.ts'
import { impactLines } from '../../src/report/impact.ts'
import { sh } from '../../src/shell/quote.ts'
import { member } from '../cluster/inventory.ts'
import { changeOfFile, stepOf } from './planned.ts'

const vip = '192.0.2.100'
const words = {
  name: 'shop',
  balancer: 'haproxy',
  vips: [{ address: vip, vrid: 7, owner: 'east' }],
  services: [{ port: 80, check: { type: 'http', path: '/health' } }],
}

function clusterOf(more: object = {}) {
  const cluster = { ...words, ...more }
  const machines = [
    member('east', '192.0.2.11', ['directors'], { cluster }),
    member('west', '192.0.2.12', ['directors'], { cluster }),
    member('app1', '192.0.2.21', ['realservers'], { cluster }),
    member('app2', '192.0.2.22', ['realservers'], { cluster }),
  ]
  return resolveClusters(machines).clusters
}

const factsWith = (...addresses: readonly string[]) =>
  ({
    interfaces: { eth0: { addresses: addresses.map((address) => ({ address })) } },
  }) as unknown as Facts

const eastHolds = new Map([
  ['east', factsWith('192.0.2.11', vip)],
  ['west', factsWith('192.0.2.12')],
])
const nobodyHolds = new Map([
  ['east', factsWith('192.0.2.11')],
  ['west', factsWith('192.0.2.12')],
])

interface Said {
  readonly priority: number
  readonly vrid?: number
  readonly addresses?: readonly string[]
  readonly more?: string
}

function conf({ priority, vrid = 7, addresses = [vip], more = '' }: Said): string {
  return `vrrp_instance VI {
    version 2
    state BACKUP
    interface eth0
    virtual_router_id ${vrid}
    priority ${priority}
    ${more}
    virtual_ipaddress {
${addresses.map((address) => `        ${address}/24`).join('\n')}
    }
}
`
}

function step(id: Step['id'], change: Partial<Change>): Step {
  const usual: Change = { summary: '', differences: [], script: sh`:`, impact: 'none', disturbs: [] }
  return { key: id, id, title: id, play: 'All', verdict: { is: 'change', change: { ...usual, ...change } } }
}

const file = (path: string, before: string | undefined, after: string) =>
  step(`template[${path}]`, {
    summary: 'update',
    differences: [{ is: 'text', path, ...(before === undefined ? {} : { before }), after }],
  })

const service = (name: string, summary: string, impact: Impact) =>
  step(`service[${name}]`, { summary, impact })

function director(host: string, before: Said, after: Said): HostPlan {
  const path = '/etc/keepalived/keepalived.conf'
  return {
    host,
    steps: [file(path, conf(before), conf(after)), service('keepalived', 'reload', 'reload')],
  }
}

function judged(hosts: readonly HostPlan[], facts = eastHolds, clusters = clusterOf()) {
  const { plan, impact } = impactOf({ hosts, complete: true }, { clusters, facts })
  return {
    ...impact,
    why: plan.hosts.flatMap(({ steps }) => steps.flatMap((one) => one.felt?.why ?? [])),
    lines: impactLines(impact, (_, text) => text),
  }
}

describe('what users feel of a plan', () => {
  it('is nothing where a file is written and nothing reads it', () => {
    const found = judged([{ host: 'east', steps: [file('/etc/motd', undefined, 'hello')] }])
    expect(found).toMatchObject({ class: 'none', vips: [], lines: ['Impact: no interruption'] })
  })

  it('is a reload of keepalived that moves nothing', () => {
    const found = judged([
      director('east', { priority: 100 }, { priority: 101 }),
      director('west', { priority: 90 }, { priority: 91 }),
    ])
    expect(found.lines).toEqual(['Impact: no interruption (reload)'])
    expect(found.why).toEqual([])
  })

  it('is a failover where a priority goes below that of the other', () => {
    const found = judged([
      director('east', { priority: 100 }, { priority: 90 }),
      director('west', { priority: 90 }, { priority: 100 }),
    ])
    expect(found.class).toBe('failover')
    expect(found.why).toHaveLength(1)
    expect(found.why[0]).toMatch(/^priority \d+ → \d+ on (east|west): 192\.0\.2\.100 goes from east to west$/)
    expect(found.lines).toEqual([
      'Impact: failover',
      expect.stringMatching(/^ {2}192\.0\.2\.100: one failover, ≤ 0\.\d s$/),
    ])
  })

  it('stays where nobody preempts', () => {
    const more = 'nopreempt'
    const found = judged([
      director('east', { priority: 100, more }, { priority: 90, more }),
      director('west', { priority: 90, more }, { priority: 100, more }),
    ])
    expect(found.lines).toEqual(['Impact: no interruption (reload)'])
  })

  it.each([
    ['NAT', 'DR', 'outage'],
    ['TUN', 'NAT', 'outage'],
    ['DR', 'TUN', 'reload'],
    ['NAT', 'NAT', 'reload'],
  ])(
    'of realservers that are sent to by %s, then by %s, is a question of their way back',
    (old, next, felt) => {
      const sent = (way: string, own = '') => `virtual_server ${vip} 80 {
    lb_kind ${way}
    real_server 192.0.2.21 80 { ${own} }
    real_server 192.0.2.22 80 { }
}`
      const balanced = (before: string, after: string) => {
        const path = '/etc/keepalived/keepalived.conf'
        const said = conf({ priority: 100 })
        const steps = [file(path, said + before, said + after), service('keepalived', 'reload', 'reload')]
        return judged([{ host: 'east', steps }], eastHolds, clusterOf({ balancer: 'ipvs' }))
      }
      const why = expect.stringContaining(`realservers of ${vip}:80 answer by another route`)
      const found = balanced(sent(old), sent(next))
      expect([found.class, found.why]).toEqual([felt, felt === 'outage' ? [why] : []])
      // One of them alone.
      const one = balanced(sent(old), sent(old, `lvs_method ${next}`))
      expect([one.class, one.why]).toEqual([felt, felt === 'outage' ? [why] : []])
    },
  )

  it('knows ports by the marks of their packets', () => {
    const rules = `table ip understudy_shop {\n\t\tip daddr ${vip} tcp dport { 80, 443, 8000-8010 } meta mark set 70001\n}\n`
    const marked = 'virtual_server fwmark 70001 {\n    ip_family inet\n}\n'
    const plain = `virtual_server ${vip} 80 {\n}\n`
    const reloaded = (before: string, after: string, ...marks: readonly (string | undefined)[]) => {
      const said = conf({ priority: 100 })
      const steps = [
        ...(marks.length > 0 ? [file('/etc/understudy/packets-shop.nft', marks[0], marks[1] ?? '')] : []),
        file('/etc/keepalived/keepalived.conf', said + before, said + after),
        service('keepalived', 'reload', 'reload'),
      ]
      const services = [{ port: 80, also: marks[1] === undefined ? [] : [443, '8000-8010'] }]
      const cluster = clusterOf({ balancer: 'ipvs', services })
      return judged([{ host: 'east', steps }], eastHolds, cluster)
    }
    expect(reloaded(plain, marked, undefined, rules)).toMatchObject({ class: 'reload', why: [] })
    expect(reloaded(marked, plain, rules, undefined).why).toEqual(
      ['443', '8000-8010'].map((port) => `nothing answers on ${vip}:${port} any more`),
    )
    expect(reloaded(marked, marked).why).toEqual([])
  })

  it('is an outage where a VIP is taken away, and nothing where one is added', () => {
    const both = { priority: 100, addresses: [vip, '192.0.2.101'] }
    const gone = judged([director('east', both, { priority: 100, addresses: ['192.0.2.101'] })])
    expect(gone).toMatchObject({ class: 'outage', why: [`${vip} is taken away`] })
    expect(gone.lines[1]).toContain(`${vip}: outage`)
    const added = judged([director('east', { priority: 100 }, both)])
    expect(added.lines).toEqual(['Impact: no interruption (reload)'])
  })

  it.each([
    ['another VRID', { vrid: 8 }, 'is another instance to keepalived'],
    ['unicast', { more: 'unicast_peer {\n192.0.2.12\n}' }, 'is another instance to keepalived'],
    [
      'another password',
      { more: 'authentication {\nauth_type PASS\nauth_pass two\n}' },
      'do not hear each other (authentication)',
    ],
    ['another interval of VRRP 2', { more: 'advert_int 3' }, 'do not hear each other (interval of adverts)'],
    [
      'a script that is new',
      { more: 'track_script {\nnew weight -20\n}' },
      'waits for the first answer of new',
    ],
  ])('knows that a reload with %s moves a VIP', (_, more, why) => {
    const found = judged([
      director('east', { priority: 100 }, { priority: 100, ...more }),
      director('west', { priority: 90 }, { priority: 90, ...more }),
    ])
    expect(found.class).toBe('failover')
    expect(found.why.join()).toContain(why)
    expect(found.vips[0]?.seconds).toBeLessThan(5)
  })

  it('is there and back where the keepalived of the holder restarts, and a restart where another does', () => {
    const restart = service('keepalived', 'restart', 'failover')
    const held = judged([{ host: 'east', steps: [restart] }])
    expect(held.vips).toMatchObject([{ vip, class: 'failover', moves: 2, services: [`${vip}:80`] }])
    expect(held.lines[1]).toMatch(/two failovers, ≤ 0\.9 s each/)
    const other = judged([{ host: 'west', steps: [restart] }])
    expect(other.lines).toEqual(['Impact: no interruption (restart)'])
  })

  it('is an outage where nobody else may hold the VIP', () => {
    const cluster = clusterOf().map((one) => ({
      ...one,
      directors: one.directors.slice(0, 1),
      vips: one.vips.map((each) => ({ ...each, priorities: new Map([['east', 100]]) })),
    }))
    const found = judged(
      [{ host: 'east', steps: [service('keepalived', 'restart', 'failover')] }],
      eastHolds,
      cluster,
    )
    expect(found.lines).toEqual(['Impact: outage', `  ${vip}: outage of ${vip}:80`])
  })

  it('is a failover where the balancer of the holder restarts, and an outage where a port goes', () => {
    const restarted = judged([{ host: 'east', steps: [service('haproxy', 'restart', 'restart')] }])
    expect(restarted.vips).toMatchObject([{ class: 'failover', moves: 2 }])
    const reload = service('haproxy', 'reload', 'reload')
    const path = '/etc/haproxy/haproxy.cfg'
    const without = (before: string, after: string) =>
      judged([{ host: 'east', steps: [file(path, before, after), reload] }])
    expect(without('  bind :80\n  bind :443', '  bind :443').why).toEqual([
      `nothing answers on ${vip}:80 any more`,
    ])
    expect(without('  bind :80\n  bind 127.0.0.1:8404', '  bind *:80').class).toBe('reload')
  })

  it.each([
    ['nginx', 'nginx', 2],
    ['apache', 'apache2', 2],
    ['tomcat', 'tomcat10', 2],
    ['nginx', 'cron', 0],
  ])('is a failover where what serves on the holder itself restarts: %s, %s', (backend, program, moves) => {
    const own = clusterOf({ balancer: 'none', backend })
    const restarted = judged(
      [{ host: 'east', steps: [service(program, 'restart', 'restart')] }],
      eastHolds,
      own,
    )
    expect(restarted.vips).toMatchObject(moves > 0 ? [{ class: 'failover', moves }] : [])
    const backup = judged([{ host: 'west', steps: [service(program, 'restart', 'restart')] }], eastHolds, own)
    expect(backup.vips).toEqual([])
  })

  it('is what a realserver serves until it is left out, and an outage where it is the last', () => {
    const restart = [{ host: 'app1', steps: [service('nginx', 'restart', 'restart')] }]
    expect(judged(restart).vips).toMatchObject([{ class: 'restart', moves: 0, services: [`${vip}:80`] }])
    const alone = clusterOf().map((one) => ({ ...one, realservers: one.realservers.slice(0, 1) }))
    expect(judged(restart, eastHolds, alone).class).toBe('outage')
    expect(judged(restart, nobodyHolds)).toMatchObject({ class: 'restart', vips: [] })
    expect(judged(restart, new Map()).vips).toMatchObject([{ vip, class: 'restart' }])
  })

  it('is nothing where a VIP leaves a realserver that serves another, and of services what goes away alone', () => {
    const former = (address: string): HostPlan => {
      const before = `${address}/32 on lo`
      const differences = [{ is: 'attribute', name: 'unit', before, after: undefined } as const]
      const change = changeOfFile({ differences, impact: 'restart' })
      return { host: 'app1', steps: [stepOf(change, { id: 'former_boot_units[vip]' })] }
    }
    expect(judged([former('192.0.2.109')])).toMatchObject({ class: 'none', vips: [] })
    expect(judged([former(vip)]).vips).toMatchObject([{ vip, class: 'restart' }])
    const gone = { vip, class: 'outage', moves: 0, services: [`${vip}:81`] } as const
    const beside = { vip, class: 'restart', moves: 0, seconds: 9, services: [`${vip}:80`] } as const
    expect(feltTogether([beside, gone, beside])).toMatchObject([{ class: 'outage', services: [`${vip}:81`] }])
  })

  it.each([
    ['/etc/nginx/nginx.conf', 'nginx', 'listen 8080;', 'listen 8081;'],
    ['/etc/apache2/apache2.conf', 'apache2', 'Listen 8080', 'Listen 8081'],
    ['/etc/tomcat10/server.xml', 'tomcat10', '<Connector port="8080" />', '<Connector\n  port="8081" />'],
  ])('is an outage while directors ask on a port that is left: %s', (path, name, before, after) => {
    const cluster = clusterOf({ services: [{ port: 80, backend_port: 8081, check: { type: 'http' } }] })
    const app = (was: string, is: string): HostPlan => ({
      host: 'app1',
      steps: [file(path, was, is), service(name, 'reload', 'reload')],
    })
    const told: HostPlan = {
      host: 'east',
      steps: [
        file('/etc/haproxy/haproxy.cfg', 'bind :80\nserver app1 192.0.2.21:8080', 'bind :80'),
        service('haproxy', 'reload', 'reload'),
      ],
    }
    const all = (...hosts: readonly HostPlan[]) => judged(hosts, eastHolds, cluster)
    expect(all(app(before, after), told)).toMatchObject({
      class: 'outage',
      vips: [{ vip, class: 'outage', services: [`${vip}:80`] }],
      why: [
        `app1 answers for ${vip}:80 on port 8081 from then on, and is asked on another one until directors are changed`,
      ],
    })
    // Directors have been told before, both ports are answered, or nobody knows of the cluster yet.
    expect(all(app(before, after)).class).toBe('reload')
    expect(all(app(before, `${before}\n${after}`), told).class).toBe('reload')
    expect(judged([app(before, after), told], nobodyHolds, cluster).class).toBe('reload')
  })

  it('is an outage while realservers answer by a gateway that has moved to another address', () => {
    const nat = { gateway: '192.0.2.98' }
    const cluster = clusterOf({
      ...{ balancer: 'ipvs', nat },
      services: [{ port: 80, backend_port: 8080, forwarding: 'nat', check: { type: 'tcp' } }],
    })
    const change = (host: string, was: string, is: string) =>
      director(host, { priority: 100, addresses: [vip, was] }, { priority: 100, addresses: [vip, is] })
    const found = judged([change('east', '192.0.2.99', '192.0.2.98')], eastHolds, cluster)
    expect(found.vips).toContainEqual(
      expect.objectContaining({ vip, class: 'outage', services: [`${vip}:80`] }),
    )
    expect(judged([change('west', '192.0.2.99', '192.0.2.98')], eastHolds, cluster).class).toBe('reload')
    expect(judged([change('east', '192.0.2.98', '192.0.2.98')], eastHolds, cluster).class).toBe('reload')
  })

  it('is nothing to a cluster that nobody serves yet', () => {
    const first: HostPlan = {
      host: 'east',
      steps: [
        file('/etc/keepalived/keepalived.conf', undefined, conf({ priority: 100 })),
        service('keepalived', 'enable, start', 'none'),
      ],
    }
    expect(judged([first], nobodyHolds)).toMatchObject({ class: 'none', vips: [] })
  })

  it.each([
    ["systemctl restart -- 'keepalived'", 'failover'],
    ['systemctl -q stop keepalived.service', 'failover'],
    ['systemctl restart haproxy && true', 'failover'],
    ['service haproxy restart', 'failover'],
    ['systemctl reload haproxy', 'reload'],
    ['sleep 1; reboot', 'failover'],
    ['echo reloading', 'none'],
    ['cat /etc/reboot.conf', 'none'],
  ])('knows what a command says: %s', (command, felt) => {
    expect(judged([{ host: 'east', steps: [step(`shell[${command}]`, { summary: 'run' })] }]).class).toBe(
      felt,
    )
  })

  it('is a new election of the one VIP beside which another prefix of it goes', () => {
    const words = {
      vips: [
        { address: vip, vrid: 7, owner: 'east' },
        { address: '192.0.2.101', vrid: 8, owner: 'east' },
      ],
    }
    const holds = new Map([...nobodyHolds, ['east', factsWith('192.0.2.11', vip, '192.0.2.101')] as const])
    const steps = [step(`stray_vip[${vip}]`, { summary: 'remove from eth0', impact: 'failover' })]
    const { lines } = judged([{ host: 'east', steps }], holds, clusterOf(words))
    expect(lines).toEqual(['Impact: failover', `  ${vip}: two failovers, ≤ 0.9 s each`])
  })

  it('counts what is not known yet', () => {
    const open: Step = {
      id: 'task[later]',
      title: 'later',
      play: 'All',
      verdict: { is: 'unknown', after: 'x' },
    }
    expect(judged([{ host: 'east', steps: [open] }]).lines).toEqual([
      'Impact: no interruption',
      '  one step is not known yet, nor what users feel of it',
    ])
  })
})
