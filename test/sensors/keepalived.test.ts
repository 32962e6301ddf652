import { describe, expect, it } from 'vitest'
import { readKeepalived } from '../../src/sensors/keepalived.ts'

const instance = (state: string, interval: string) => ` VRRP Instance = VI_77
   VRRP Version = 3
   State = ${state}
   Master router = 10.0.0.13
   Master priority = 110
   Wantstate = ${state}
   Interface = eth0
   Virtual Router ID = 77
   Priority = 100
   Effective priority = 88
   Total priority = 88
   Advert interval = ${interval}
   Virtual IP (2):
     10.0.0.100/24 dev eth0 scope global set
     2001:db8::100/64 dev eth1 scope global
   fd_in 14, fd_out 15
------< VRRP Sockpool >------
   Interface = eth0
`

const server = (
  address: string,
  { set = 1, alive = 1, method = 'DR', weights = '', inhibit = 'OFF' } = {},
) => `   ------< Real server >------
   RIP = ${address}, RPORT = 80, WEIGHT = 3 EFF WEIGHT = 3
   forwarding method = ${method}
   Inhibit on failure is ${inhibit}
   initial weight = 3
${weights}   alive = ${alive}
   num failed checkers = 0
   RS set = ${set}
`

const service = (
  head: string,
  quorum: number,
  ...servers: readonly string[]
) => ` ------< Virtual server >------
 ${head}
   lvs_sched = wrr
   sh-port = enabled
   One packet scheduling = disabled
   persistence timeout = 300
   persistence granularity = 255.255.255.0
   protocol = TCP
   sorry server = [127.0.0.1]:tcp:80
     forwarding method = DR
     Inhibit on failure is OFF
   quorum_state_up = ${quorum}
${servers.join('')}`

const told = (instances: string, services?: string) =>
  [
    '# before\n1: lo    inet 10.0.0.100/32 scope global lo\n2: eth0    inet 10.0.0.11/24 scope global eth0',
    '# after\n2: eth0    inet 10.0.0.11/24 scope global eth0\n3: eth1    inet 10.0.1.1/24 scope global eth1',
    '# table\n-A -t 10.0.0.100:80 -s wrr',
    `# keepalived.data\n------< VRRP Topology >------\n${instances}`,
    ...(services === undefined ? [] : [`# keepalived_check.data\n${services}`]),
  ].join('\n')

const servicesOf = (text: string) => {
  const reading = readKeepalived(told(instance('MASTER', '1 sec'), text))
  return reading.answers ? reading.services : undefined
}

describe('what a running keepalived tells', () => {
  it('of its instances, and of the addresses that stood meanwhile', () => {
    expect(readKeepalived(told(instance('BACKUP', '300 milli-sec')))).toEqual({
      answers: true,
      instances: [
        {
          ...{ name: 'VI_77', interface: 'eth0', state: 'BACKUP', vrid: 77, priority: 100 },
          advertInterval: 300,
          addresses: [
            { address: '10.0.0.100', device: 'eth0', prefix: 24 },
            { address: '2001:db8::100', device: 'eth1', prefix: 64 },
          ],
          master: { address: '10.0.0.13', priority: 110 },
        },
      ],
      places: [{ address: '10.0.0.11', device: 'eth0', prefix: 24 }],
    })
  })

  it.each([
    ['2.2.7', '     10.0.0.13 min_ttl 0 max_ttl 255\n     10.0.0.12 min_ttl 0 max_ttl 255\n'],
    ['earlier', '     10.0.0.13\n     10.0.0.12\n'],
  ])('of those to whom it speaks by address, as %s writes it', (_, peers) => {
    const text = instance('BACKUP', '1 sec').replace(
      '   fd_in',
      `   Unicast TTL = 255\n   Check unicast src : no\n   Unicast Peer :\n${peers}   Unicast checksum compatibility = no\n   fd_in`,
    )
    expect(readKeepalived(told(text))).toMatchObject({
      instances: [{ unicast: ['10.0.0.12', '10.0.0.13'], addresses: [{ address: '10.0.0.100' }, {}] }],
    })
  })

  it('of scripts that say no', () => {
    const script = (name: string, status: string) =>
      ` VRRP Script = ${name}\n   Command = '/usr/local/bin/${name}'\n   Interval = 1 sec\n   Status = ${status}\n   State = idle\n`
    const scripts = `------< VRRP Scripts >------\n${script('one', 'GOOD')}${script('two', 'BAD')}${script('three', 'INIT')}${script('four', 'INIT/FAILED')}`
    expect(readKeepalived(told(`${instance('FAULT', '1 sec')}${scripts}`))).toMatchObject({
      failing: ['two', 'four'],
    })
  })

  it('of routers that it watches by BFD', () => {
    const router = (name: string, state: string) =>
      ` VRRP Track BFD = ${name}\n   Weight = -12\n   Bfd is ${state}\n   Tracking instances :\n     VI_77, weight -12\n`
    const watched = `------< VRRP Track BFDs >------\n${router('router_1', 'up')}${router('router_2', 'down')}`
    expect(readKeepalived(told(`${instance('MASTER', '1 sec')}${watched}`))).toMatchObject({
      routers: { router_1: true, router_2: false },
    })
  })

  it.each([
    ['1 sec', 1000],
    ['1000 milli-sec', 1000],
    ['100 milli-sec', 100],
  ])('of an interval of %s', (text, milliseconds) => {
    const reading = readKeepalived(told(instance('MASTER', text)))
    expect(reading).toMatchObject({ instances: [{ advertInterval: milliseconds }] })
  })

  it('of the realservers that it has put into the table, with the weights they have there', () => {
    const text = service(
      'VS VIP = 10.0.0.100, VPORT = 80',
      1,
      server('10.0.0.21', { weights: '   effective weight = 7\n' }),
      server('10.0.0.22', { set: 0, alive: 0 }),
      server('10.0.0.23', { alive: 0, inhibit: 'ON', method: 'NAT' }),
      // What it noted before the kernel refused.
      server('10.0.0.25', { alive: 0, set: 1 }),
      server('10.0.0.26', { alive: 1, set: 0 }),
      server('10.0.0.24', { method: 'TUN, type = IPIP' }),
    )
    expect(servicesOf(text)).toEqual([
      {
        ...{ protocol: 'tcp', address: '10.0.0.100', port: 80, scheduler: 'wrr', persistence: 300 },
        ...{ granularity: '255.255.255.0', onePacket: false, flags: ['sh-port'] },
        servers: [
          { address: '10.0.0.21', port: 80, forwarding: 'dr', weight: 7 },
          { address: '10.0.0.23', port: 80, forwarding: 'nat', weight: 0 },
          { address: '10.0.0.26', port: 80, forwarding: 'dr', weight: 3 },
          { address: '10.0.0.24', port: 80, forwarding: 'tun', weight: 3 },
        ],
      },
    ])
  })

  it('of its own page, while too few others are left', () => {
    const text = service(
      'VS VIP = 2001:db8::100, VPORT = 80',
      0,
      server('2001:db8::21', { set: 0, alive: 0 }),
    )
    expect(servicesOf(text)?.[0]?.servers).toEqual([
      { address: '127.0.0.1', port: 80, forwarding: 'dr', weight: 1 },
    ])
  })

  it('of those that stay in the table with the weight 0 while they, or its own page, are not wanted', () => {
    const text = (quorum: number) =>
      service(
        'VS VIP = 2001:db8::100, VPORT = 80',
        quorum,
        server('2001:db8::21', { inhibit: 'ON' }),
        server('2001:db8::22'),
        server('2001:db8::23', { inhibit: 'ON', alive: 0 }),
      ).replace('failure is OFF', 'failure is ON')
    const weights = (quorum: number) =>
      servicesOf(text(quorum))?.[0]?.servers.map(({ address, weight }) => `${address} ${weight}`)
    expect(weights(1)).toEqual(['2001:db8::21 3', '2001:db8::22 3', '2001:db8::23 0', '127.0.0.1 0'])
    expect(weights(0)).toEqual(['2001:db8::21 0', '2001:db8::23 0', '127.0.0.1 1'])
  })

  it('of how long the kernel remembers connections, and whom it tells of them', () => {
    const sync = 'master sync daemon (mcast=eth0, syncid=51)'
    const text = told(instance('MASTER', '1 sec'), service('VS VIP = 10.0.0.100, VPORT = 80', 1))
    const [before = '', after = ''] = text.split('# keepalived.data')
    const reading = readKeepalived(
      `${before}# timeouts\nTimeout (tcp tcpfin udp): 600 120 30\n# synchronization\n${sync}\n# keepalived.data${after}`,
    )
    expect(reading).toMatchObject({ synchronization: { tells: { interface: 'eth0', id: 51 } } })
    expect(reading).toMatchObject({ timeouts: { tcp: 600, tcp_fin: 120, udp: 30 } })
    expect(reading).toMatchObject({ table: { readable: true, services: [{ scheduler: 'wrr' }] } })
  })

  it('nothing of groups of addresses, which the table does not know', () => {
    expect(servicesOf(service('VS GROUP = all', 1))).toBeUndefined()
    expect(servicesOf(service('VS FWMARK = 7', 1))?.[0]).toMatchObject({ protocol: 'fwmark', address: '7' })
  })

  it.each([
    ['! it does not run', 'it does not run'],
    ['', 'what it wrote cannot be read'],
    ['# keepalived.data\n\u0000\u0007 garbage', 'what it wrote cannot be read'],
    ['# keepalived.data\n------< Global def', 'what it wrote cannot be read'],
  ])('nothing, where it is %j', (output, why) => {
    expect(readKeepalived(output)).toEqual({ answers: false, why })
  })

  it('no instance that is only half told', () => {
    const half = instance('MASTER', '1 sec').split('   Priority')[0] ?? ''
    expect(readKeepalived(told(half))).toMatchObject({ answers: true, instances: [] })
  })
})
