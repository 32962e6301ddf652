import { describe, expect, it } from 'vitest'
import { readPacket, wireOf } from '../../src/drill/packets.ts'
import { haproxyChanges, ipvsChanges } from '../../src/drill/pool.ts'
import type { Account } from '../../src/drill/timeline.ts'
import { unwatched, whatWasNoted } from '../../src/drill/watch.ts'

const mac = '02:00:0a:5f:00:0c'
// As tcpdump 4.99 prints them with -n -e -tt.
const printed = {
  advert: `${mac} > 01:00:5e:00:00:12, ethertype IPv4 (0x0800), length 54: 10.0.0.12 > 224.0.0.18: VRRPv3, Advertisement, vrid 77, prio 90, intvl 100cs, length 12`,
  older: `${mac} > 01:00:5e:00:00:12, ethertype IPv4 (0x0800), length 60: 10.0.0.12 > 224.0.0.18: VRRPv2, Advertisement, vrid 51, prio 0, authtype simple, intvl 1s, length 20`,
  request: `${mac} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.0.0.100 (ff:ff:ff:ff:ff:ff) tell 10.0.0.100, length 28`,
  reply: `${mac} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Reply 10.0.0.100 is-at ${mac}, length 28`,
  question: `${mac} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.0.0.100 tell 10.0.0.12, length 28`,
  neighbour: `${mac} > 33:33:00:00:00:01, ethertype IPv6 (0x86dd), length 86: fe80::1 > ff02::1: ICMP6, neighbor advertisement, tgt is 2001:db8::100, length 32`,
}
const names = new Map([
  [mac, 'd2'],
  ['10.0.0.12', 'd2'],
  ['10.0.0.21', 'rs1'],
])

const account = (host: string, skew: number, watched: Partial<Account['watched']>): Account => ({
  host,
  skew,
  doubt: 0,
  heldBefore: [],
  watched: { ...unwatched, ...watched },
})

describe('what went over the wire', () => {
  it('is read from what tcpdump printed', () => {
    const read = (text: string) => readPacket({ at: 1, text })
    expect(read(printed.advert)).toMatchObject({
      kind: 'advert',
      from: '10.0.0.12',
      about: '77',
      priority: 90,
    })
    expect(read(printed.older)).toMatchObject({ about: '51', priority: 0 })
    for (const text of [printed.request, printed.reply])
      expect(read(text)).toMatchObject({ kind: 'announcement', from: mac, about: '10.0.0.100' })
    expect(read(printed.neighbour)).toMatchObject({ kind: 'announcement', about: '2001:db8::100' })
    expect(read(printed.question)).toBeUndefined()
  })

  it('is one packet however many machines saw it, and two where one machine saw two', () => {
    const noted = (...times: readonly number[]) => times.map((at) => ({ at, text: printed.request }))
    const { packets, watched, without } = wireOf(
      [
        account('d1', 100, { packets: noted(1100, 1100.2) }),
        account('d2', 0, { packets: noted(1001, 1001.2) }),
        account('client', 0, {}),
      ],
      names,
      ['10.0.0.100'],
    )
    expect(packets).toMatchObject([
      { at: 1000, from: 'd2', about: '10.0.0.100', seenBy: ['d1', 'd2'] },
      { from: 'd2', seenBy: ['d1', 'd2'] },
    ])
    expect([watched, without]).toEqual([['d1', 'd2'], ['client']])
  })

  it('leaves out what others announce', () => {
    const seen = [account('d1', 0, { packets: [{ at: 1, text: printed.request }] })]
    expect(wireOf(seen, names, ['10.0.0.200']).packets).toEqual([])
  })
})

describe('the pool', () => {
  it('changes when the table that a director noted does', () => {
    const { sensor } = whatWasNoted('x')
    const table = (at: number, ...servers: readonly string[]) =>
      [`t @ ${at} ${at - 5}.25 ${at - 5}.1`, 't -A -t 10.0.0.100:80 -s wrr', ...servers].join('\n')
    const rs1 = (weight: number) => `t -a -t 10.0.0.100:80 -r 10.0.0.21:80 -g -w ${weight}`
    const sorry = 't -a -t 10.0.0.100:80 -r 127.0.0.1:80 -g -w 1'
    const output = [
      table(10, rs1(1)),
      table(11, rs1(0)),
      table(12, sorry),
      table(13, sorry, rs1(1)),
      table(14, rs1(1)),
    ].join('\n')
    const watched = sensor.read(output, ['x']).get('x')
    const changes = ipvsChanges([account('d1', 500, watched ?? {})], names)
    expect(changes.map(({ at, server, change }) => `${at} ${server} ${change}`)).toEqual([
      '10500 rs1 weight',
      '11500 rs1 out',
      '11500 127.0.0.1 sorry-in',
      '12500 rs1 in',
      '13500 127.0.0.1 sorry-out',
    ])
    expect(changes[0]).toMatchObject({ host: 'd1', service: 'tcp 10.0.0.100:80', weight: 0 })
    expect(changes[0]?.unseen).toBeCloseTo(150)
  })

  it('changes when who shows the sorry page, and waits in the table, has its turn', () => {
    const { sensor } = whatWasNoted('x')
    const table = (at: number, weight: number) =>
      [
        ...[`t @ ${at} ${at - 5}.25 ${at - 5}.1`, 't -A -t 10.0.0.100:80 -s wrr'],
        `t -a -t 10.0.0.100:80 -r 127.0.0.1:80 -g -w ${weight}`,
      ].join('\n')
    const watched = sensor.read([table(10, 0), table(11, 1), table(12, 0)].join('\n'), ['x']).get('x')
    const changes = ipvsChanges([account('d1', 500, watched ?? {})], names)
    expect(changes.map(({ at, change }) => `${at} ${change}`)).toEqual(['10500 sorry-in', '11500 sorry-out'])
  })

  it('changes when HAProxy says so, once', () => {
    const line = (at: number, text: string) => ({ at, host: 'd1', text: `d1 haproxy[7]: ${text}` })
    const down = 'Server web/rs1 is DOWN, reason: Layer4 connection problem, info: "Connection refused"'
    const changes = haproxyChanges([
      line(1, down),
      line(2, `[WARNING]  (7) : ${down}`),
      line(9, 'Server web/rs1 is UP, reason: Layer7 check passed, code: 200'),
    ])
    expect(changes.map(({ at, change }) => [at, change])).toEqual([
      [1, 'out'],
      [9, 'in'],
    ])
  })
})
