import { describe, expect, it } from 'vitest'
import type { Upcoming } from '../../src/model/resource.ts'
import type { IpvsService } from '../../src/sensors/ipvs.ts'
import type { KeepalivedReading, RunningInstance } from '../../src/sensors/keepalived.ts'
import { make } from './run.ts'

const noneUpcoming: Upcoming = { touches: () => false }
const vip = '10.9.0.100'

function instance(state: string, device = 'eth0'): RunningInstance {
  const priorities = { priority: 100, advertInterval: 1000 }
  return {
    name: 'VI_1',
    interface: 'eth0',
    state,
    vrid: 1,
    ...priorities,
    addresses: [{ address: vip, device, prefix: 24 }],
  }
}

describe('a VIP where it is not to stand', () => {
  const at = (device: string) => ({ address: vip, device, prefix: 24 })
  const wanted = (more: object) =>
    make('stray_vip', { address: vip, ...more }).converge.bind(make('stray_vip', { address: vip, ...more }))
  const answers = (state: string, ...devices: readonly string[]): KeepalivedReading => ({
    answers: true,
    instances: [instance(state)],
    places: devices.map(at),
  })

  it.each([
    [[], ['eth0', 'lo'], 'remove from eth0, lo'],
    [['lo'], ['eth0', 'lo'], 'remove from eth0'],
    [['lo'], ['lo'], undefined],
    [[], [], undefined],
  ])('on a machine that may have it on %j, found on %j: %s', (devices, found, summary) => {
    const change = wanted({ devices })({ places: found.map(at) }, noneUpcoming)
    expect(change?.summary).toBe(summary)
  })

  it.each([
    ['MASTER', ['eth0'], undefined],
    ['MASTER', ['eth0', 'lo', 'eth1'], 'remove from lo, eth1'],
    ['BACKUP', ['eth0'], 'remove from eth0'],
    ['FAULT', ['eth0'], 'remove from eth0'],
    ['BACKUP', [], undefined],
    ['INIT', ['eth0'], undefined],
  ])('on a director that is %s, found on %j: %s', (state, found, summary) => {
    const keepalived = answers(state, ...found)
    const change = wanted({ instance: 'VI_1' })({ places: [], keepalived }, noneUpcoming)
    expect(change?.summary).toBe(summary)
  })

  it.each([
    ['MASTER', [24, 32], ['/32 on eth0'], 'failover'],
    ['MASTER', [24], [], undefined],
    ['BACKUP', [24, 32], ['/24 on eth0', '/32 on eth0'], 'none'],
  ])(
    'with other prefixes beside that of keepalived, as %s with /%j: goes %j',
    (state, prefixes, gone, impact) => {
      const keepalived = { ...answers(state), places: prefixes.map((prefix) => ({ ...at('eth0'), prefix })) }
      const change = wanted({ instance: 'VI_1' })({ places: [], keepalived }, noneUpcoming)
      const went = change?.differences.map((one) => (one.is === 'attribute' ? one.before : undefined))
      expect([went ?? [], change?.impact]).toEqual([gone, impact])
    },
  )

  it('is left alone while nobody knows, or keepalived is about to start', () => {
    const places = [at('eth0')]
    const silent: KeepalivedReading = { answers: false, why: 'it does not answer' }
    expect(wanted({ instance: 'VI_1' })({ places, keepalived: silent }, noneUpcoming)).toBeUndefined()
    const keepalived = answers('BACKUP', 'eth0')
    const soon: Upcoming = { touches: ({ about }) => about.includes('unit:keepalived.service') }
    const unknown = {
      untold: true,
      summary: expect.stringContaining('is unknown until keepalived runs anew'),
    }
    expect(wanted({ instance: 'VI_1' })({ places, keepalived }, soon)).toMatchObject(unknown)
    expect(wanted({ instance: 'VI_1' })({ places, keepalived: silent }, soon)).toMatchObject(unknown)
    expect(wanted({ instance: 'VI_1' })({ places: [], keepalived: silent }, soon)).toBeUndefined()
    expect(
      wanted({ instance: 'VI_1' })({ places, keepalived: answers('MASTER', 'eth0') }, soon),
    ).toBeUndefined()
    const other = { ...keepalived, instances: [{ ...instance('BACKUP'), name: 'VI_2' }] }
    expect(wanted({ instance: 'VI_1' })({ places, keepalived: other }, noneUpcoming)).toBeUndefined()
  })
})

describe("the kernel's table", () => {
  const server = (address: string, weight = 1) => ({ address, port: 80, forwarding: 'dr' as const, weight })
  const service = (servers: IpvsService['servers'], more: Partial<IpvsService> = {}): IpvsService => ({
    ...{ protocol: 'tcp', address: vip, port: 80, scheduler: 'wrr', servers },
    ...more,
  })
  const soon: Upcoming = { touches: ({ about }) => about.includes('unit:keepalived.service') }
  const converge = (
    believed: readonly IpvsService[],
    found: readonly IpvsService[],
    upcoming = noneUpcoming,
  ) => {
    const keepalived: KeepalivedReading = {
      answers: true,
      ...{ instances: [], places: [] },
      services: believed.map((one) => ({ ...one, onePacket: false, flags: [] })),
      table: { readable: true, services: found },
    }
    const table = make('ipvs_table', { name: 'web', addresses: [vip] })
    return table.converge({ keepalived, told: {} }, upcoming)
  }
  const whole = [server('10.9.0.21'), server('10.9.0.22', 3)]

  it('is right where it is what keepalived takes it to be, also without those it took out', () => {
    expect(converge([service(whole)], [service(whole.toReversed())])).toBeUndefined()
    expect(converge([service(whole.slice(1))], [service(whole.slice(1))])).toBeUndefined()
  })

  it.each([
    [
      'was emptied',
      [],
      ['ipvsadm -A -t 10.9.0.100:80 -s wrr', '-a -t 10.9.0.100:80 -r 10.9.0.21:80 -g -w 1'],
    ],
    [
      'has another weight',
      [service([server('10.9.0.21'), server('10.9.0.22', 0)])],
      ['-r 10.9.0.22:80 -g -w 3'],
    ],
    ['lacks one', [service(whole.slice(1))], ['-r 10.9.0.21:80 -g -w 1']],
    ['has a stranger', [service([...whole, server('10.9.0.9')])], ['-d -t 10.9.0.100:80 -r 10.9.0.9:80']],
    ['has another scheduler', [service(whole, { scheduler: 'rr' })], ['ipvsadm -E -t 10.9.0.100:80 -s wrr']],
    ['is persistent', [service(whole, { persistence: 50 })], ['ipvsadm -E -t 10.9.0.100:80 -s wrr']],
    [
      'forwards otherwise',
      [service(whole.map((one) => ({ ...one, forwarding: 'nat' as const })))],
      ['-e -t 10.9.0.100:80 -r 10.9.0.22:80 -g -w 3'],
    ],
    [
      'has another port of the VIP',
      [service(whole), service([], { port: 81 })],
      ['ipvsadm -D -t 10.9.0.100:81'],
    ],
  ])('is put back where it %s', (_, found, commands) => {
    const change = converge([service(whole)], found)
    for (const command of commands) expect(change?.script).toContain(command)
    expect(change?.impact).toBe('none')
  })

  it('is told anew how long connections are remembered, and of nothing that nobody said', () => {
    const converge = (timeouts: object) =>
      make('ipvs_table', { name: 'web', timeouts }).converge(
        {
          keepalived: {
            ...{ answers: true, instances: [], places: [] },
            timeouts: { tcp: 900, tcp_fin: 120, udp: 300 },
          },
          told: {},
        },
        noneUpcoming,
      )
    expect(converge({})).toBeUndefined()
    expect(converge({ tcp: 900, udp: 300 })).toBeUndefined()
    expect(converge({ tcp: 600, udp: 300 })).toMatchObject({
      script: 'ipvsadm --set 600 0 300',
      differences: [{ name: 'timeouts', before: 'tcp 900', after: 'tcp 600' }],
    })
  })

  it('tells others of connections, and hears of theirs, as it is to, and where nobody says so leaves it', () => {
    const converge = (wanted: object | false | undefined, found: object, upcoming = noneUpcoming) =>
      make('ipvs_table', {
        name: 'web',
        ...(wanted === undefined ? {} : { synchronization: wanted }),
      }).converge(
        {
          keepalived: { answers: true, instances: [], places: [], synchronization: found },
          left: { readable: true, services: [] },
          // It was asked before keepalived started, and not since.
          told: {},
        },
        upcoming,
      )
    const here = { interface: 'eth0', id: 51 }
    const both = { tells: here, hears: here }
    expect(converge(here, both)).toBeUndefined()
    expect(converge(undefined, both)).toBeUndefined()
    expect(converge(false, {})).toBeUndefined()
    expect(converge(here, { tells: here })?.script).toContain(
      'ipvsadm --start-daemon backup --mcast-interface eth0 --syncid 51',
    )
    expect(converge(here, { tells: here })?.script).not.toContain('daemon master')
    expect(converge(here, { ...both, tells: { ...here, id: 52 } })?.differences).toEqual([
      { is: 'attribute', name: 'connections told', before: 'eth0, id 52', after: 'eth0, id 51' },
    ])
    expect(converge(false, both)?.script).not.toContain('--start-daemon')
    expect(converge(false, both)?.script).toContain('ipvsadm --stop-daemon master')
    // One that loads its configuration starts what is missing, and stops nothing.
    expect(converge(here, {}, soon)).toBeUndefined()
    expect(converge(here, both, soon)).toBeUndefined()
    expect(converge(false, both, soon)).toMatchObject({ untold: true })
    expect(converge(here, { ...both, tells: { ...here, id: 52 } }, soon)).toMatchObject({ untold: true })
  })

  it('is unknown until keepalived has loaded its configuration where it is not what that has made of it', () => {
    const meeting = (found: readonly IpvsService[]) => converge([service(whole)], found, soon)
    expect(meeting([service(whole)])).toBeUndefined()
    for (const found of [[], [service(whole.slice(1))], [service(whole), service([], { port: 81 })]])
      expect(meeting(found)).toMatchObject({
        untold: true,
        summary: expect.stringContaining('until keepalived has loaded its configuration'),
      })
    const stranger = service([], { address: '192.0.2.1' })
    expect(meeting([service(whole), stranger])?.summary).toContain('cannot: tcp 192.0.2.1:80 stands')
  })

  it('is not emptied of what somebody else has in it', () => {
    const change = converge([service(whole)], [service(whole), service([], { address: '192.0.2.1' })])
    expect(change?.summary).toContain('cannot: tcp 192.0.2.1:80 stands in the IPVS table')
  })

  it('is unknown where keepalived runs and does not say', () => {
    const table = make('ipvs_table', { name: 'web' })
    const silent = (why: string) =>
      table.converge(
        { keepalived: { answers: false, why }, left: { readable: true, services: [] }, told: {} },
        noneUpcoming,
      )
    expect(silent('it does not answer')?.summary).toContain('unknown: it does not answer')
    expect(silent('it does not run')).toBeUndefined()
  })

  it('is unknown where something was left in it and keepalived is still to start', () => {
    const meeting = (services: readonly IpvsService[], runs = false, told = {}) =>
      make('ipvs_table', { name: 'web', addresses: [vip], synchronization: false }).converge(
        {
          keepalived: runs
            ? { answers: true, instances: [], places: [] }
            : { answers: false, why: 'it does not run' },
          left: { readable: true, services },
          told,
        },
        soon,
      )
    expect(meeting([service(whole)])).toMatchObject({
      untold: true,
      summary: expect.stringContaining('unknown until keepalived runs'),
    })
    expect(meeting([])).toBeUndefined()
    expect(meeting([service(whole, { address: '192.0.2.1' })])).toBeUndefined()
    expect(meeting([service(whole, { protocol: 'fwmark', address: '1', port: 0 })])).toMatchObject({
      untold: true,
    })
    expect(meeting([], false, { tells: { interface: 'eth0', id: 51 } })).toMatchObject({ untold: true })
    expect(meeting([service(whole)], true)).toBeUndefined()
  })
})

describe('a VIP on a realserver that nobody forwards any more', () => {
  it('is no stray while a unit of ours keeps quiet about it', () => {
    const stray = make('stray_vip', { address: vip, devices: [] })
    const places = [{ address: vip, device: 'lo', prefix: 32 }]
    const unit = `ExecStop=-/bin/sh -c 'ip addr del ${vip}/32 dev lo'\n`
    expect(stray.converge({ places, unit }, noneUpcoming)).toBeUndefined()
    expect(stray.converge({ places, unit: undefined }, noneUpcoming)?.summary).toBe('remove from lo')
    const elsewhere = [...places, { address: vip, device: 'eth0', prefix: 24 }]
    expect(stray.converge({ places: elsewhere, unit }, noneUpcoming)?.summary).toBe('remove from eth0')
  })

  const unitFor = (cluster: string, stop: string) =>
    `# Written by understudy.\n# For the cluster ${cluster}.\n[Service]\nExecStop=-/bin/sh -c '${stop}'\n`

  it('goes with what brings it back at boot, and what other clusters asked for stays', () => {
    const found = [
      { name: 'understudy-vip-10.9.0.100.service', text: unitFor('web', 'ip addr del 10.9.0.100/32 dev lo') },
      {
        name: 'understudy-vip-10.9.0.101.service',
        text: unitFor('web', 'ip addr del 10.9.0.101/32 dev tunl0'),
      },
      {
        name: 'understudy-vip-10.9.0.102.service',
        text: unitFor('shop', 'ip addr del 10.9.0.102/32 dev lo'),
      },
    ]
    const units = make('former_boot_units', { of: 'vip', cluster: 'web', keep: ['10.9.0.100'] })
    const change = units.converge({ found }, noneUpcoming)
    expect(change?.differences.map((one) => (one.is === 'attribute' ? one.before : ''))).toEqual([
      '10.9.0.101/32 on tunl0',
    ])
    expect(change?.script).toContain('ip addr del 10.9.0.101/32 dev tunl0')
    expect(change?.script).toContain('ip link set tunl0 down')
    expect(change?.disturbs).toContain('address:10.9.0.101')
    expect(
      units.converge({ found: found.filter(({ text }) => !text.includes('101')) }, noneUpcoming),
    ).toBeUndefined()
  })
})

describe('a service of an earlier shape of a machine', () => {
  const note = (owner?: string) =>
    owner === undefined
      ? { is: 'absent' }
      : { is: 'read', bytes: new TextEncoder().encode(`${owner}\n`), size: 1, sha256: '' }
  const unit = (active: string, enabled: string) => ({ active, enabled })

  it.each([
    ['web', 'active', 'enabled', 'stop, nothing needs it any more', 'restart'],
    ['web', 'inactive', 'disabled', 'nothing needs it any more', 'none'],
    ['shop', 'active', 'enabled', undefined, undefined],
    [undefined, 'active', 'enabled', undefined, undefined],
  ])('of the cluster %s that is %s, %s: %s', (owner, active, enabled, summary, impact) => {
    const change = make('former_service', { name: 'haproxy', cluster: 'web' }).converge(
      { note: note(owner), unit: unit(active, enabled) },
      noneUpcoming,
    )
    expect(change?.summary).toBe(summary)
    expect(change?.impact).toBe(impact)
  })

  it('takes the VIPs with it where it is keepalived', () => {
    const keepalived = make('former_service', { name: 'keepalived', cluster: 'web' })
    expect(
      keepalived.converge({ note: note('web'), unit: unit('active', 'enabled') }, noneUpcoming)?.impact,
    ).toBe('failover')
  })

  it('is refused where another cluster has it, by name', () => {
    const owned = make('owned_service', { name: 'keepalived', cluster: 'web' })
    expect(owned.converge({ note: note('web') }, noneUpcoming)).toBeUndefined()
    expect(owned.converge({ note: note() }, noneUpcoming)?.summary).toBe('note that it is part of web')
    expect(owned.converge({ note: note('shop') }, noneUpcoming)?.summary).toMatch(
      /^cannot: keepalived is configured here as a part of the cluster shop/,
    )
  })
})

describe('the way to a page', () => {
  const page = make('reachable', { path: '/var/www/site/index.html', by: 'www-data' })
  const directory = (mode: string, owner = 'root', group = 'root') => ({
    ...{ type: 'directory', mode, owner, group, uid: 0, gid: 0, size: 0 },
  })
  const found = (shut: object) => ({
    '/var': directory('0755'),
    '/var/www': shut,
    '/var/www/site': { type: 'absent' },
  })

  it.each([
    ['open to all', directory('0711'), undefined],
    ['open to its group', directory('0710', 'root', 'www-data'), undefined],
    ['open to itself', directory('0700', 'www-data'), undefined],
    ['shut', directory('0700'), '0701'],
    ['shut for its group alone', directory('0705', 'root', 'www-data'), '0715'],
    ['shut for its owner alone', directory('0677', 'www-data'), '0777'],
    ['shut, with the sticky bit', directory('1770'), '1771'],
  ])('is seen where a directory is %s', (_, shut, after) => {
    const change = page.converge(found(shut), noneUpcoming)
    expect(change?.differences.map((one) => (one.is === 'attribute' ? one.after : ''))).toEqual(
      after === undefined ? undefined : [after],
    )
  })
})
