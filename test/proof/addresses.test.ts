import { describe, expect, it } from 'vitest'
import type { Failover } from '../../src/model/failover.ts'
import { proveFailover, readTold } from '../../src/proof/index.ts'
import { alone, badOf, directors, proved, type Words, written } from './directors.ts'

const authenticated = (lines: string): Words => ({
  version: 2,
  more: `authentication {\n ${lines}\n }`,
})
const password = (text: string) => authenticated(`auth_type PASS\n auth_pass ${text}`)

describe('passwords', () => {
  it.each<[string, Words, Words]>([
    ['that have no kind are none', authenticated('auth_pass secret'), { version: 2 }],
    [
      'that have an unknown kind are none',
      authenticated('auth_type TEXT\n auth_pass secret'),
      { version: 2 },
    ],
    ['count eight bytes', password('secret-or-not'), password('secret-of-ours')],
    ['end where a comment begins, also within single quotes', password("'a#b"), password("'a#c")],
    ['count bytes, of which some signs have two', password('größer-A'), password('größer-B')],
  ])('%s', (_, one, other) => {
    expect(badOf(proved(one, { ...other, priority: 90 }))).toEqual([])
  })

  it('differ within eight bytes', () => {
    expect(badOf(proved(password("'secret'"), { ...password('secret'), priority: 90 }))).toEqual(['doubled'])
    expect(badOf(proved(password('größA'), { ...password('größB'), priority: 90 }))).toEqual(['doubled'])
    expect(badOf(proved(password('secret'), { ...authenticated('auth_pass secret'), priority: 90 }))).toEqual(
      ['doubled'],
    )
  })

  it('of AH let nobody begin as MASTER', () => {
    const { speakers } = readTold({
      ...first({ ...authenticated('auth_type AH\n auth_pass secret'), state: 'MASTER' }),
    })
    expect(speakers[0]).toMatchObject({ startsAsMaster: false, auth: 'AH secret' })
  })
})

const first = (words: Words) => {
  const [one] = directors(written(words))
  if (!one) throw new Error('there is no director')
  return one
}

describe('the family of an instance', () => {
  const of = (words: Words) => readTold(first(words)).speakers[0]

  it('is that of the first address, and others are left out', () => {
    expect(of({ vips: ['10.0.0.100/24', '2001:db8::100/64'] })).toMatchObject({
      family: 'ipv4',
      vips: ['10.0.0.100'],
    })
    for (const more of [
      'unicast_src_ip 2001:db8::1',
      'mcast_dst_ip ff02::12',
      'native_ipv6',
      'unicast_peer {\n 2001:db8::2\n }',
    ])
      expect(of({ more, vips: ['10.0.0.100/24', '2001:db8::100/64'] })).toMatchObject({
        family: 'ipv6',
        version: 3,
        vips: ['2001:db8::100'],
      })
    expect(of({ more: 'mcast_src_ip 10.0.0.11/24\n unicast_src_ip 2001:db8::1' })).toMatchObject({
      family: 'ipv4',
      // What is of the other family takes away what stood before it: it speaks from its interface.
      source: '10.0.0.11',
    })
  })

  it('leaves more addresses than an advert holds to move with it', () => {
    const vips = Array.from({ length: 100 }, (_, index) => `2001:db8::${index + 1}/64`)
    const speaker = of({ vips })
    expect(speaker?.vips).toHaveLength(89)
    expect(speaker?.excluded).toHaveLength(11)
  })
})

/** Three that speak by unicast to these, by the last parts of their addresses, and may say from where. */
function three(...all: readonly (readonly [peers: readonly number[], source?: number, more?: string])[]) {
  const texts = all.map(([peers, source, more = ''], index) =>
    written({
      priority: 100 - 10 * index,
      beside: '',
      more: [
        ...(source === undefined ? [] : [`unicast_src_ip 10.0.0.${source}/24`]),
        'unicast_peer {',
        ...peers.map((peer) => `10.0.0.${peer}/24`),
        `}\n${more}`,
      ].join('\n'),
    }),
  )
  // Nothing is known of their machines.
  const unknown = directors(...texts).map(({ director, statements }) => ({ director, statements }))
  return proveFailover(unknown, { most: 20_000, work: 30_000_000 })
}

describe('three directors that speak by unicast', () => {
  const homes = ({ vips }: Failover) => vips[0]?.homes

  it('hear each other, whether or not they say from where they speak', () => {
    for (const found of [
      three([[12, 13], 11], [[11, 13], 12], [[11, 12], 13]),
      three([[12, 13]], [[11, 13]], [[11, 12]]),
      three([[12, 13], 11], [[11, 13], 12], [[11, 12]]),
    ]) {
      expect(badOf(found)).toEqual([])
      expect(homes(found)).toEqual(['d1'])
    }
  })

  it.each<[string, Failover]>([
    ['all of them say from where', three([[12], 11], [[11, 13], 12], [[11, 12], 13])],
    ['none of them does', three([[12]], [[11, 13]], [[11, 12]])],
    ['the one that is left out does not', three([[12], 11], [[11, 13], 12], [[11, 12]])],
  ])('are two masters where the first leaves one out, and %s', (_, found) => {
    expect(badOf(found)).toContain('doubled')
  })

  it('are two only once the first is gone where the second leaves one out', () => {
    const found = three([[12, 13]], [[11]], [[11, 12]])
    expect(badOf(found)[0]).toMatch(/^doubled when .* of d1 |^doubled when d1 /)
    expect(alone(found, 'd1 is down')).toBe('d2+d3 doubled')
  })

  it('take adverts of whom they do not list, unless they are told to look', () => {
    const silent = (more: string) => three([[12, 13], 11], [[11, 13], 12], [[12], 13, more])
    expect(badOf(silent(''))).not.toContain('doubled')
    expect(badOf(silent('check_unicast_src'))).toContain('doubled')
  })
})
