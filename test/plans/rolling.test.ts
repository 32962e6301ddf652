import { describe, expect, it } from 'vitest'
import { resolveClusters } from '../../src/cluster/index.ts'
import { type FeltClass, feltClasses } from '../../src/model/impact.ts'
import type { HostPlan, Plan } from '../../src/model/plan.ts'
import { feltIn, rollingWaves, spokenOtherwise } from '../../src/plans/rolling.ts'
import { sh } from '../../src/shell/quote.ts'
import { member } from '../cluster/inventory.ts'

const change = {
  summary: 'restart',
  impact: 'restart',
  differences: [],
  script: sh`:`,
  disturbs: [],
} as const
const felt = (one: FeltClass) => ({ class: one, vips: [], why: [] })

function planOf(play: string, hosts: Readonly<Record<string, FeltClass>>): Plan {
  const all = Object.entries(hosts).map(
    ([host, one]): HostPlan => ({
      host,
      steps: [
        { id: 'file[/a]', title: 'It', play, verdict: { is: 'converged' } },
        { id: 'service[web]', title: 'It', play, verdict: { is: 'change', change }, felt: felt(one) },
      ],
    }),
  )
  return { hosts: all, complete: true }
}

function clusterOf(realservers: number, few = 0) {
  const cluster = {
    name: 'shop',
    balancer: 'haproxy',
    vips: [{ address: '192.0.2.100', vrid: 7, owner: 'east' }],
    services: [{ port: 80, ...(few > 0 ? { realservers: 'few' } : {}) }],
  }
  return resolveClusters([
    member('east', '192.0.2.11', ['directors'], { cluster }),
    member('west', '192.0.2.12', ['directors'], { cluster }),
    ...Array.from({ length: realservers }, (_, at) =>
      member(`app${at + 1}`, `192.0.2.${21 + at}`, ['realservers', ...(at < few ? ['few'] : [])], {
        cluster,
      }),
    ),
  ]).clusters
}

const all = (...hosts: readonly string[]) => [hosts]

describe('the waves of a play that rolls', () => {
  it.each(['none', 'reload'] as const)('stay as they are where users feel %s', (one) => {
    const plan = planOf('p', { east: one, west: one, app1: one, app2: one })
    const waves = all('east', 'west', 'app1', 'app2')
    expect(rollingWaves({ name: 'p' }, waves, plan, clusterOf(2))).toEqual(waves)
  })

  it('stay as they are where waves would spare nobody what is felt', () => {
    const { hosts, complete } = planOf('p', { app1: 'outage', app2: 'outage' })
    const steps = (one: HostPlan) =>
      one.steps.map((step) => (step.felt ? { ...step, felt: { ...step.felt, sparable: 'reload' } } : step))
    const plan = { complete, hosts: hosts.map((one) => ({ ...one, steps: steps(one) })) } as Plan
    const waves = all('east', 'west', 'app1', 'app2')
    expect(rollingWaves({ name: 'p' }, waves, plan, clusterOf(2))).toEqual(waves)
  })

  it.each(feltClasses.slice(2))('begin with whom nobody feels, where users feel: %s', (one) => {
    const plan = planOf('p', { east: one, west: one, app1: one, app2: one, app3: 'none' })
    const waves = all('client', 'east', 'west', 'app1', 'app2', 'app3')
    expect(rollingWaves({ name: 'p' }, waves, plan, clusterOf(3))).toEqual([
      ['client', 'app3'],
      ['app1'],
      ['app2'],
      ['west'],
      ['east'],
    ])
  })

  it('leave nobody beside a realserver that is out of its pools: directors would be asked, and changed, while they know that', () => {
    const plan = planOf('p', { east: 'none', west: 'reload', app1: 'restart' })
    expect(rollingWaves({ name: 'p' }, all('app1', 'app2', 'west', 'east'), plan, clusterOf(2))).toEqual([
      ['app2', 'west', 'east'],
      ['app1'],
    ])
    expect(rollingWaves({ name: 'p' }, all('app1'), plan, clusterOf(2))).toEqual(all('app1'))
  })

  it('take at most a quarter of the realservers of each service', () => {
    const names = Array.from({ length: 8 }, (_, at) => `app${at + 1}`)
    const plan = planOf('p', Object.fromEntries(names.map((name) => [name, 'restart'] as const)))
    expect(rollingWaves({ name: 'p' }, [names], plan, clusterOf(8))).toEqual([
      ['app1', 'app2'],
      ['app3', 'app4'],
      ['app5', 'app6'],
      ['app7', 'app8'],
    ])
    const few = clusterOf(8, 3)
    expect(rollingWaves({ name: 'p' }, [names], plan, few).slice(0, 3)).toEqual([
      ['app1'],
      ['app2'],
      ['app3', 'app4', 'app5', 'app6', 'app7', 'app8'],
    ])
  })

  it('are those of the plan for this play alone', () => {
    const plan = planOf('another', { app1: 'restart', app2: 'restart' })
    expect(feltIn(plan, 'p').size).toBe(0)
    expect(rollingWaves({ name: 'p' }, all('app1', 'app2'), plan, clusterOf(2))).toEqual(all('app1', 'app2'))
  })

  it('leave smaller waves of the playbook as they are', () => {
    const plan = planOf('p', { east: 'failover', west: 'failover' })
    expect(rollingWaves({ name: 'p' }, [['east'], ['west']], plan, clusterOf(2))).toEqual([
      ['east'],
      ['west'],
    ])
  })
})

describe('addresses of which directors do not hear each other while they are changed', () => {
  const fileOf = (more = '') => `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 77
  priority 100
  ${more}
  virtual_ipaddress {
    192.0.2.100/24
    192.0.2.99/24
  }
}
vrrp_instance VI_2 {
  interface eth0
  virtual_router_id 78
  priority 90
  virtual_ipaddress {
    192.0.2.101/24
  }
}
`
  const becoming = (after: string): Plan => {
    const { hosts, complete } = planOf('p', { east: 'failover' })
    const path = '/etc/keepalived/keepalived.conf'
    const file = { ...change, differences: [{ is: 'text', path, before: fileOf(), after }] } as const
    const steps = hosts.flatMap((one) => one.steps)
    return {
      complete,
      hosts: [
        {
          host: 'east',
          steps: [{ ...steps[1], verdict: { is: 'change', change: file } } as HostPlan['steps'][0]],
        },
      ],
    }
  }

  it.each([
    ['another address beside', fileOf().replace('192.0.2.99', '192.0.2.98'), ['192.0.2.100']],
    [
      'an address more',
      fileOf().replace('192.0.2.99/24', '192.0.2.99/24\n192.0.2.98/24'),
      ['192.0.2.100', '192.0.2.99'],
    ],
    ['another VRID', fileOf().replace('virtual_router_id 78', 'virtual_router_id 79'), ['192.0.2.101']],
    [
      'unicast',
      fileOf('unicast_src_ip 192.0.2.11\n  unicast_peer {\n    192.0.2.12\n  }'),
      ['192.0.2.100', '192.0.2.99'],
    ],
    ['another priority', fileOf().replace('priority 100', 'priority 80'), []],
    ['an instance less', fileOf().slice(0, fileOf().indexOf('vrrp_instance VI_2')), []],
  ])('are those with %s', (_, after, expected) => {
    expect([...spokenOtherwise(becoming(after), 'east')]).toEqual(expected)
    expect([...spokenOtherwise(becoming(after), 'west')]).toEqual([])
  })
})
