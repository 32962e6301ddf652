import { describe, expect, it } from 'vitest'
import { certificatesOfFile } from '../../src/sensors/certificate-files.ts'
import type { HandshakeReading } from '../../src/sensors/handshakes.ts'
import { handshakeWith } from '../../src/sensors/handshakes.ts'
import { httpAnswers } from '../../src/sensors/http.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { redirectProofs } from '../../src/verify/proofs/redirect.ts'
import { filesAt, tlsProofs } from '../../src/verify/proofs/tls.ts'
import { tlsFileProofs } from '../../src/verify/proofs/tls-files.ts'
import { certificatesOf } from '../../src/verify/status-tls.ts'
import { certificateFor, chained, type Made } from '../certificates.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { observed } from './web.ts'

const root = certificateFor({ subject: 'Root', isAuthority: true })
const middle = certificateFor({ subject: 'Middle', by: root, isAuthority: true })
const site = certificateFor({ names: ['www.example.org'], by: middle })
const wide = certificateFor({ names: ['*.example.net'], by: middle })
const renewed = certificateFor({ names: ['www.example.org'], by: middle, until: 400 })

const pairOf = (made: Made) => ({ certificate: chained(made, middle, root), key: made.key })
const expected = expectedOf(
  clusterOf(
    machines({
      ...healthy,
      balancer: 'haproxy',
      services: [
        { port: 443, tls: { certificates: [pairOf(site), pairOf(wide)] } },
        { port: 80, redirect: 'https' },
      ],
    }),
  ),
  new Map(),
)

const shown = (now: number, ...all: readonly Made[]): HandshakeReading => ({
  made: true,
  certificates: all.map(({ certificate }) => certificate),
  version: 'TLSv1.3',
  protocol: 'h2',
  now,
})
const at = (address: string, name: string) => handshakeWith({ address, port: 443, name })
const file = '/etc/haproxy/understudy-tls/443-www.example.org.pem'

/** What is said where the site is shown so by d1 and through the VIP, and something lies on the disk of d1. */
function said(reading: HandshakeReading, held: Made = site) {
  const day = Date.now()
  const other = 'understudy-verify.example.net'
  const good = (address: string, site: HandshakeReading) => [
    [at(address, 'www.example.org'), site] as const,
    [at(address, other), shown(day, wide, middle)] as const,
  ]
  const onDisk = [
    certificatesOfFile(file),
    { is: 'file', sha256: '', certificates: held.certificate },
  ] as const
  const seen = {
    members: new Map([['d1', observed(onDisk)]]),
    observer: 'client',
    outside: observed(...good('10.77.0.100', reading)),
    off: new Set<string>(),
    atDirectors: new Map([['d1', observed(...good('127.0.0.1', reading))]]),
  }
  return tlsProofs(expected, seen).filter(({ subject }) => !subject.includes(other))
}

describe('proofs of certificates', () => {
  it('hold where the inventory is shown, its root or not', () => {
    for (const all of [
      [site, middle],
      [site, middle, root],
    ])
      expect(said(shown(Date.now(), ...all)).map(({ verdict, subject }) => [verdict, subject])).toEqual([
        ['pass', '10.77.0.100:443 www.example.org'],
        ['pass', 'd1 port 443 www.example.org'],
      ])
    expect(said(shown(Date.now(), site, middle))[0]?.seen).toBe(
      'www.example.org, 364 days left, TLSv1.3, asked from client',
    )
  })

  it('tell a process that has not read its file from a file that is another', () => {
    const [through, own] = said(shown(Date.now(), renewed, middle))
    expect(through?.verdict).toBe('fail')
    expect(own?.cause).toBe(`${file} was replaced, and the running haproxy has not read it since`)
    const [, other] = said(shown(Date.now(), renewed, middle), renewed)
    expect(other?.cause).toBe(`${file} holds another certificate`)
  })

  it('see a file that is gone, or another, before the process is started again', () => {
    const files = [file, file.replace('www.example.org', '_.example.net')]
    const found = (...held: readonly (Made | undefined)[]) => {
      const answers = held.map(
        (made, index) =>
          [
            certificatesOfFile(files[index] ?? ''),
            made ? { is: 'file', sha256: '', certificates: made.certificate } : { is: 'absent' },
          ] as const,
      )
      const members = new Map([['d1', observed(...answers)]])
      const seen = { members, observer: 'client', outside: observed(), off: new Set<string>() }
      return tlsFileProofs(expected, { ...seen, atDirectors: new Map() }).map(
        ({ verdict, subject, seen: held }) => `${verdict} ${subject}: ${held}`,
      )
    }
    expect(found(site, wide)).toEqual([])
    expect(found(undefined, wide)).toEqual([`fail d1 ${file}: nothing that can be read`])
    expect(found(renewed, wide)).toEqual([`fail d1 ${file}: another`])
  })

  it('look for those of realservers where their nginx has them, whoever speaks TLS with clients before them', () => {
    const cluster = (words: object) => expectedOf(clusterOf(machines({ ...healthy, ...words })), new Map())
    const internal = { backend_port: 8443, backend_tls: { verify: false, certificates: [pairOf(wide)] } }
    const tls = { certificates: [pairOf(site)] }
    for (const balancer of ['nginx', 'haproxy']) {
      const both = cluster({ balancer, services: [{ port: 443, tls, ...internal }] })
      expect([...filesAt(both, 'rs1').values()]).toEqual(['/etc/nginx/understudy-tls/8443-_.example.net.pem'])
      expect([...filesAt(both, 'd1').values()]).toEqual([
        `/etc/${balancer}/understudy-tls/443-www.example.org.pem`,
      ])
    }
  })

  it.each<readonly [string, HandshakeReading, RegExp]>([
    ['a chain that is cut', shown(Date.now(), site), /^1$/],
    [
      'an end that is past',
      shown(Date.now() + 366 * 86_400_000, site, middle),
      /^www.example.org has expired on /,
    ],
    ['no TLS', { made: false, why: 'wrong version number' }, /^wrong version number$/],
  ])('fail with %s', (_, reading, seen) => {
    for (const proof of said(reading)) {
      expect(proof.verdict).toBe('fail')
      expect(proof.seen).toMatch(seen)
    }
  })

  it('are asked where the PROXY protocol comes first, by who can say it', () => {
    const first = expectedOf(
      clusterOf(
        machines({
          ...healthy,
          ...{ balancer: 'haproxy', trusted_proxies: ['192.0.2.7'] },
          services: [{ port: 443, tls: { certificates: [pairOf(site)] }, proxy_protocol: { in: true } }],
        }),
      ),
      new Map(),
    )
    const question = (address: string) =>
      handshakeWith({ address, port: 443, name: 'www.example.org', saysFirst: true })
    const seen = {
      members: new Map(),
      observer: 'client',
      outside: observed([question('10.77.0.100'), shown(Date.now(), site, middle)]),
      off: new Set<string>(),
      atDirectors: new Map([['d1', observed()]]),
    }
    const found = tlsProofs(first, seen).filter(({ subject }) => subject.includes('www.example.org'))
    expect(found.map(({ verdict, seen }) => `${verdict} ${seen}`)).toEqual([
      expect.stringMatching(/^pass www.example.org, 364 days left/),
      'unknown d1 has no curl that tells certificates',
    ])
  })

  it('are unknown without openssl', () => {
    expect(said(undefined).map(({ verdict, seen }) => [verdict, seen])).toEqual([
      ['unknown', 'client has no openssl'],
      ['unknown', 'd1 has no openssl'],
    ])
  })
})

describe('the proof of a redirect', () => {
  it.each([
    [301, 'https://10.77.0.100/', 'pass'],
    [200, 'https://10.77.0.100/', 'pass'],
    [302, 'https://10.77.0.100/', 'fail'],
    [301, 'https://10.77.0.100:8443/', 'fail'],
    [200, undefined, 'fail'],
  ] as const)('of status %s to %s is %s', (status, location, verdict) => {
    const answer = { status, body: '', ...(location ? { location } : {}) }
    const outside = observed([httpAnswers('http://10.77.0.100/', 1), [answer]])
    const proofs = redirectProofs(expected, {
      ...{ members: new Map(), off: new Set<string>(), atDirectors: new Map() },
      ...{ observer: 'client', outside },
    })
    expect(proofs.map((one) => one.verdict)).toEqual([verdict])
  })
})

describe('the status', () => {
  it('counts the days of what ends first, and names who shows another one', () => {
    const by = (...all: readonly Made[]) =>
      observed(
        [at('127.0.0.1', 'www.example.org'), shown(Date.now(), ...all)],
        [at('127.0.0.1', 'understudy-verify.example.net'), undefined],
      )
    const members = new Map([
      ['d1', by(site, middle)],
      ['d2', by(renewed, middle)],
    ])
    expect(certificatesOf(expected, members)).toEqual([
      {
        service: 'tcp 10.77.0.100:443',
        name: 'www.example.org',
        until: expect.stringMatching(/^\d{4}-/),
        days: 364,
        others: ['d2'],
      },
      { service: 'tcp 10.77.0.100:443', name: '*.example.net', others: [] },
    ])
  })
})
