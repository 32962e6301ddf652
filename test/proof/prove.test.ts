import { describe, expect, it } from 'vitest'
import { takeoverAfterCrash, takeoverAfterStop } from '../../src/cluster/index.ts'
import { proveFailover } from '../../src/proof/index.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { keepalivedConf } from '../cluster/rendered.ts'
import { alone, badOf, check, directors, proved, written } from './directors.ts'

const weighed = (weight: number) => `track_script {\n check weight ${weight}\n }`
const watched = 'track_script {\n check\n }'

describe('two directors, one of them the stronger', () => {
  const usual = proved({ state: 'MASTER', more: watched }, { priority: 90, more: watched })

  it('move the VIP whatever fails, and back', () => {
    expect(badOf(usual)).toEqual([])
    expect(usual.vips[0]?.homes).toEqual(['d1'])
    expect(usual.combinations).toMatchObject({ looked: 128, all: 128 })
  })

  it('do so in the time that RFC 5798 gives, as drills judge by', () => {
    const { vrrp } = clusterOf(machines())
    const crash = takeoverAfterCrash({ ...clusterOf(machines()), vrrp }, 90)
    expect(alone(usual, 'd1 is down')).toBe(`d2 ${crash.toFixed(2)}`)
    expect(alone(usual, 'eth0 of d1 has no link')).toBe(`d2 ${crash.toFixed(2)}`)
    // Two tries of a second, a third second for one that hangs, and the goodbye.
    const stop = takeoverAfterStop({ ...clusterOf(machines()), vrrp }, 90)
    expect(alone(usual, 'script check of d1 fails')).toBe(`d2 ${(3 + stop).toFixed(2)}`)
    expect(alone(usual, 'd2 is down')).toBe('d1 0.00')
    expect(usual.vips[0]?.worst.any?.seconds).toBeCloseTo(3 + stop, 2)
  })

  it('both hold the VIP where they do not hear each other, which is told once and is nobody’s mistake', () => {
    expect(usual.split).toEqual([
      { vip: '10.0.0.100', mishaps: [{ is: 'partition', what: 'd1 and d2 do not hear each other' }] },
    ])
    expect(alone(usual, 'd1 and d2 do not hear each other')).toMatch(/^d1\+d2 /)
  })

  it('lose nothing by weights that cross the other’s priority', () => {
    const found = proved({ more: weighed(-20) }, { priority: 90, more: weighed(-20) })
    expect(badOf(found)).toEqual([])
    // Without a goodbye the others wait for adverts that count.
    expect(alone(found, 'script check of d1 fails')).toBe('d2 6.65')
  })
})

describe('directors that watch others by BFD', () => {
  const session = (neighbor: string) =>
    `bfd_instance r {\n neighbor_ip ${neighbor}\n min_rx 300\n min_tx 300\n multiplier 3\n}`
  const tracked = (weight: number) => `track_bfd {\n r weight ${weight}\n }`

  it('move the VIP from the one that loses its router to one that has it', () => {
    const beside = session('10.0.0.1')
    const found = proved({ more: tracked(-20), beside }, { priority: 90, more: tracked(-20), beside })
    expect(badOf(found)).toEqual([])
    // 0.9 s, and adverts that count.
    expect(alone(found, 'd1 does not reach 10.0.0.1')).toBe('d2 4.55')
  })

  it('are told of each router that is lost, though two of them come to the same', () => {
    const other = session('10.0.0.2').replace('bfd_instance r', 'bfd_instance s')
    const own = {
      more: 'track_bfd {\n r weight -20\n s weight -20\n }',
      beside: `${session('10.0.0.1')}\n${other}`,
    }
    const found = proved(own, { priority: 90, ...own })
    for (const router of ['10.0.0.1', '10.0.0.2'])
      expect(alone(found, `d1 does not reach ${router}`)).toBe('d2 4.55')
  })

  it('keep it with one that has lost its router where the weight crosses nothing', () => {
    const beside = session('10.0.0.1')
    const found = proved({ more: tracked(-5), beside }, { priority: 90, more: tracked(-5), beside })
    expect(badOf(found)).toEqual(['unserved when d1 does not reach 10.0.0.1'])
  })

  it('lose it with each other where each gives up without the other', () => {
    const found = proved(
      { more: tracked(0), beside: session('10.0.0.12') },
      { priority: 90, more: tracked(0), beside: session('10.0.0.11') },
    )
    expect(badOf(found)).toEqual(['orphaned when eth0 of d2 has no link'])
    expect(alone(found, 'd1 is down')).toBe('nobody orphaned')
    expect(alone(found, 'd2 is down')).toBe('nobody orphaned')
    for (const director of ['d1', 'd2'])
      expect(alone(found, `eth0 of ${director} has no link`)).toBe('nobody orphaned')
  })
})

describe('what goes wrong', () => {
  it.each([
    [
      'a weight that crosses nothing',
      { more: weighed(-5) },
      { priority: 90, more: weighed(-5) },
      ['unserved when script check of d1 fails'],
    ],
    [
      'a weight beside nopreempt',
      { more: `nopreempt\n${weighed(-20)}` },
      { priority: 90, more: `nopreempt\n${weighed(-20)}` },
      ['unserved when script check of d2 fails'],
    ],
    ['other VRIDs', {}, { priority: 90, vrid: 52 }, ['doubled']],
    ['other versions', { version: 2 }, { priority: 90, version: 3 }, ['doubled']],
    ['other intervals of version 2', { version: 2 }, { priority: 90, version: 2, advert: 2 }, ['doubled']],
    [
      'other passwords',
      { version: 2, more: 'authentication {\n auth_type PASS\n auth_pass one\n }' },
      { version: 2, priority: 90, more: 'authentication {\n auth_type PASS\n auth_pass two\n }' },
      ['doubled'],
    ],
    ['other addresses', { vips: ['10.0.0.100', '10.0.0.101'] }, { priority: 90 }, ['doubled']],
    [
      'peers that only one of them names',
      { more: 'unicast_src_ip 10.0.0.11\n unicast_peer {\n 10.0.0.13\n }' },
      { priority: 90, more: 'unicast_src_ip 10.0.0.12\n unicast_peer {\n 10.0.0.11\n }' },
      ['doubled'],
    ],
    [
      'unicast and multicast',
      { more: 'unicast_src_ip 10.0.0.11\n unicast_peer {\n 10.0.0.12\n }' },
      { priority: 90 },
      ['doubled'],
    ],
  ])('%s', (_, first, second, expected) => {
    expect(badOf(proved(first, second)).filter((one) => expected.includes(one))).toEqual(expected)
  })

  it.each([
    ['passwords that differ behind their eighth sign', 'auth_pass 12345678one', 'auth_pass 12345678two'],
    ['passwords of version 3, which has none', 'version 3\nauth_pass one', 'version 3\nauth_pass two'],
  ])('does not by %s', (_, first, second) => {
    const more = (lines: string) =>
      `authentication {\n auth_type PASS\n ${lines}\n }`.replace(/ version 3\n/, '\n')
    const version = first.includes('version 3') ? 3 : 2
    const found = proved({ version, more: more(first) }, { version, priority: 90, more: more(second) })
    expect(badOf(found)).toEqual([])
  })
})

describe('equal priorities', () => {
  it('are decided by addresses, so that one holds the VIP', () => {
    const found = proved({ state: 'MASTER' }, { state: 'MASTER' })
    expect(badOf(found)).toEqual([])
    expect(found.vips[0]?.homes.length).toBe(2)
  })
})

describe('nopreempt', () => {
  it('leaves the VIP with whoever has it, and gives it up for what is watched without a weight', () => {
    const more = `nopreempt\n${watched}`
    const found = proved({ more }, { priority: 90, more })
    expect(found.vips[0]?.homes).toEqual(['d1', 'd2'])
    expect(badOf(found)).toEqual([])
  })

  it('counts for nothing beside state MASTER', () => {
    const found = proved({ state: 'MASTER', more: 'nopreempt' }, { priority: 90, more: 'nopreempt' })
    expect(found.vips[0]?.homes).toEqual(['d1'])
  })
})

describe('three directors', () => {
  const all = [100, 90, 80].map((priority) => ({ priority, more: watched }))

  it('lose no VIP while one of them is well', () => {
    const found = proved(...all)
    expect(badOf(found)).toEqual([])
    expect(found.combinations).toMatchObject({ looked: 2048, all: 2048 })
    expect(found.vips[0]?.worst.any?.to).toBe('d3')
    expect(found.singles.filter(({ mishap }) => mishap.is === 'partition')).toHaveLength(3)
  })

  it('hold it twice where one is missing in the others’ lists', () => {
    const peers = (own: number, ...others: readonly number[]) =>
      `unicast_src_ip 10.0.0.${own}\n unicast_peer {\n ${others.map((last) => `10.0.0.${last}`).join('\n ')}\n }`
    const found = proved(
      { priority: 100, more: peers(11, 12) },
      { priority: 90, more: peers(12, 11, 13) },
      { priority: 80, more: peers(13, 11, 12) },
    )
    expect(badOf(found)).toContain('doubled')
  })
})

describe('instances of one group', () => {
  const two = (priorities: readonly [number, number], group: string, more = '') =>
    `${check}
vrrp_sync_group both {
  group {
    one
    two
  }
  ${group}
}
${[51, 52]
  .map(
    (vrid, index) => `vrrp_instance ${index === 0 ? 'one' : 'two'} {
  interface eth${index}
  virtual_router_id ${vrid}
  priority ${priorities[index]}
  ${index === 0 ? more : ''}
  virtual_ipaddress {
    10.${index}.0.100/24
  }
}`,
  )
  .join('\n')}`
  const prove = (...texts: readonly string[]) =>
    proveFailover(directors(...texts), { most: 20_000, work: 30_000_000 })

  it('move together', () => {
    const found = prove(two([100, 100], ''), two([90, 90], ''))
    expect(badOf(found)).toEqual([])
    const row = found.singles.find(({ mishap }) => mishap.what === 'eth1 of d1 has no link')
    expect(row?.consequences.map(({ after }) => after)).toEqual([['d2'], ['d2']])
  })

  it('stay with whoever has them where their priorities contradict each other', () => {
    const found = prove(two([100, 80], ''), two([90, 90], ''))
    expect(badOf(found)).toEqual([])
    expect(found.vips.map(({ homes }) => homes)).toEqual([
      ['d1', 'd2'],
      ['d1', 'd2'],
    ])
  })

  it('do not watch scripts with a weight, unless the group says so', () => {
    const more = weighed(-20)
    expect(badOf(prove(two([100, 100], '', more), two([90, 90], '', more)))).toEqual([])
    expect(
      prove(two([100, 100], '', more), two([90, 90], '', more)).singles.map(({ mishap }) => mishap.what),
    ).not.toContain('script check of d1 fails')
  })
})

describe('what Understudy itself tells keepalived', () => {
  it.each([
    ['usual', {}],
    ['without preemption', { vrrp: { preempt: false } }],
    ['by unicast', { vrrp: { unicast: true } }],
    ['fast', { balancer: 'nginx', vrrp: { profile: 'fast' } }],
    ['with a delay', { vrrp: { preempt_delay: 20 } }],
  ])('is proved: %s', (_, words) => {
    const members = machines({ ...healthy, ...words })
    const texts = ['d1', 'd2'].map((host) => keepalivedConf(host, members))
    const found = proveFailover(directors(...texts), { most: 20_000, work: 30_000_000 })
    expect(badOf(found)).toEqual([])
    expect(found.vips.map(({ address }) => address)).toEqual(['10.77.0.100'])
  })
})

describe('how much is looked at', () => {
  it('is bounded, and said', () => {
    const found = proveFailover(
      directors(written({ more: watched }), written({ priority: 90, more: watched })),
      { most: 5, work: 30_000_000 },
    )
    expect(found.combinations).toMatchObject({ different: 5, all: 128, atOnce: 0 })
    expect(found.combinations.looked).toBeLessThan(128)
  })

  it('is bounded by the work that it is, however many directors and instances there are', () => {
    const instance = (at: number, priority: number) => `vrrp_instance V${at} {
      interface eth0
      virtual_router_id ${at + 1}
      priority ${priority}
      virtual_ipaddress {
        10.77.${at}.100
      }
      track_script {
        check
      }
    }`
    const several = (count: number, each: number) =>
      Array.from({ length: count }, (_, rank) =>
        [
          'vrrp_script check {\n script /bin/true\n}',
          ...Array.from({ length: each }, (__, at) => instance(at, 10 + rank)),
        ].join('\n'),
      )
    const extent = { most: 20_000, work: 300_000 }
    const few = proveFailover(directors(...several(2, 2)), extent).combinations
    expect(few).toEqual({ looked: 128, all: 128, different: 50 })
    const many = proveFailover(directors(...several(5, 8)), extent).combinations
    expect(many).toMatchObject({ all: 524_288, atOnce: 1 })
    expect(many.different).toBeLessThan(500)
    const most = proveFailover(directors(...several(12, 20)), extent).combinations
    expect(most).toMatchObject({ atOnce: 0 })
    expect(most.different).toBeLessThan(50)
  })
})
