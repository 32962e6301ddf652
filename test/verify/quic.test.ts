import { describe, expect, it } from 'vitest'
import { askedByQuic, type QuicReading } from '../../src/sensors/quic.ts'
import { quicProofs } from '../../src/verify/proofs/quic.ts'
import { expected, observed, vip } from './web.ts'

const tls = { by: 'directors', byQuic: true, handshakes: [], files: new Map() } as const
const cluster = expected({ tls, port: 443, as: { host: 'a.example.org' } }, {}, { balancer: 'nginx' })
const asked = (address: string) => askedByQuic({ address, port: 443, name: 'a.example.org', path: '/' })

/** What is said where the VIP and the first director answer so. */
function said(through: QuicReading, own: QuicReading, whence = 'client') {
  const seen = {
    members: new Map(),
    outside: observed([asked(vip), through]),
    atDirectors: new Map([['d1', observed([asked('127.0.0.1'), own])]]),
    off: new Set<string>(),
    observer: whence === 'here' ? undefined : whence,
  }
  return quicProofs(cluster, seen).map(({ verdict, subject, seen }) => `${verdict} ${subject}: ${seen}`)
}

const silent = { status: 0, why: 'curl: (28) timed out' }

describe('HTTP/3', () => {
  it('is proved through the VIP and by each director', () => {
    expect(said({ status: 200, why: '' }, { status: 404, why: '' })).toEqual([
      `pass ${vip}:443 a.example.org: status 200, asked from client`,
      'pass d1 port 443: status 404, asked from d1',
    ])
    expect(said(silent, { status: 502, why: '' })).toEqual([
      `fail ${vip}:443 a.example.org: curl: (28) timed out`,
      'fail d1 port 443: status 502',
    ])
  })

  it('is unknown where nobody can ask, or nobody knows whether UDP gets there', () => {
    expect(said(undefined, undefined)).toEqual([
      `unknown ${vip}:443 a.example.org: client has no curl that speaks HTTP/3`,
    ])
    expect(said(silent, undefined, 'here')[0]).toMatch(/^unknown /)
  })

  it('is asked of those alone that speak it', () => {
    const seen = {
      members: new Map(),
      outside: observed(),
      atDirectors: new Map(),
      off: new Set<string>(),
      observer: 'client',
    }
    expect(
      quicProofs(expected({ tls: { by: 'directors', handshakes: [], files: new Map() } }), seen),
    ).toEqual([])
  })
})
