import { describe, expect, it } from 'vitest'
import {
  type Access,
  isOurName,
  isToken,
  listeningAt,
  mayRead,
  refuseOpenDoors,
  sessionFor,
  sessionSeconds,
} from '../../src/web/access.ts'

const token = 'a-token-that-is-long-enough'
const open: Access = { proxies: [], names: [] }
const now = Date.UTC(2030, 0, 1)
const nobody = { from: '192.0.2.9', authorization: undefined, session: undefined, identity: undefined }

describe('where pages are served', () => {
  it.each([
    ['127.0.0.1:8430', { address: '127.0.0.1', port: 8430 }],
    ['[::1]:80', { address: '::1', port: 80 }],
    ['localhost:9000', { address: '127.0.0.1', port: 9000 }],
    ['8000', { address: '127.0.0.1', port: 8000 }],
  ])('%s is an address', (text, wanted) => expect(listeningAt(text)).toEqual(wanted))

  it.each(['', 'web.example.org:80', '127.0.0.1', '1.2.3.4:70000', ':80', '[::1]'])('%j is none', (text) =>
    expect(() => listeningAt(text)).toThrow(/no address to listen on/),
  )

  it.each(['0.0.0.0', '::', '192.0.2.1', '2001:db8::1', '10.0.0.1'])(
    'at %s strangers are kept out, by a token or by a proxy',
    (address) => {
      const listening = { address, port: 1 }
      expect(() => refuseOpenDoors(listening, open)).toThrow(/everybody who reaches/)
      expect(() => refuseOpenDoors(listening, { ...open, token })).not.toThrow()
      expect(() => refuseOpenDoors(listening, { ...open, identityHeader: 'X-User' })).not.toThrow()
    },
  )

  it.each(['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])('%s is of this computer', (address) =>
    expect(() => refuseOpenDoors({ address, port: 1 }, open)).not.toThrow(),
  )

  it('what guards nothing is refused', () => {
    const here = { address: '127.0.0.1', port: 1 }
    expect(() => refuseOpenDoors(here, { ...open, token: 'short' })).toThrow(/could be guessed/)
    expect(() => refuseOpenDoors(here, { ...open, identityHeader: 'a b' })).toThrow(/no name of a header/)
    expect(() => refuseOpenDoors(here, { ...open, proxies: ['proxy.example.org'] })).toThrow(
      /neither an address/,
    )
    expect(() => refuseOpenDoors(here, { ...open, proxies: ['192.0.2.7'] })).toThrow(
      /no header in which it says/,
    )
  })
})

describe('names by which browsers come', () => {
  const access = { ...open, names: ['Fleet.example.org'] }
  it.each([
    'localhost:8430',
    '127.0.0.1',
    '[::1]:80',
    '192.0.2.1:8430',
    'fleet.example.org',
    'fleet.EXAMPLE.org:443',
  ])('%s is ours', (host) => expect(isOurName(host, access)).toBe(true))
  it.each([
    undefined,
    '',
    'evil.example.net',
    'localhost.evil.net:8430',
    'fleet.example.org.evil.net',
    '127.0.0.1.nip.io',
  ])('%s is not', (host) => expect(isOurName(host, access)).toBe(false))
})

describe('who may read', () => {
  it('everybody where nothing is asked', () => expect(mayRead(open, nobody, now)).toBe(true))

  it('whoever has the token, or told it within half a day', () => {
    const access = { ...open, token }
    const session = sessionFor(token, now)
    const may = (coming: Partial<typeof nobody> | object, at = now) =>
      mayRead(access, { ...nobody, ...coming }, at)
    expect(may({})).toBe(false)
    expect([may({ authorization: `Bearer ${token}` }), may({ authorization: `Bearer ${token}x` })]).toEqual([
      true,
      false,
    ])
    expect(may({ authorization: `Basic ${token}` })).toBe(false)
    expect([may({ session }), may({ session }, now + sessionSeconds * 1000 + 1)]).toEqual([true, false])
    expect(may({ session: sessionFor('another-token-of-others', now) })).toBe(false)
    // Nobody makes it last longer.
    expect(may({ session: session.replace(/^\d/, '9') })).toBe(false)
    expect(may({ session: 'x' })).toBe(false)
    expect([isToken(access, token), isToken(access, ''), isToken(open, '')]).toEqual([true, false, false])
  })

  it('whom a proxy names that is known, and nobody who only says so', () => {
    const access = { ...open, identityHeader: 'X-User', proxies: ['192.0.2.0/28', '2001:db8::7'] }
    const from = (address: string | undefined, identity: string | undefined = 'ann') =>
      mayRead(access, { ...nobody, from: address, identity }, now)
    expect([from('127.0.0.1'), from('::ffff:192.0.2.9'), from('2001:db8::7')]).toEqual([true, true, true])
    expect([from('192.0.2.77'), from('2001:db8::8'), from(undefined)]).toEqual([false, false, false])
    expect([from('127.0.0.1', ''), mayRead(access, { ...nobody, from: '127.0.0.1' }, now)]).toEqual([
      false,
      false,
    ])
  })
})
