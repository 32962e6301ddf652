import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { resolveClusters } from '../../src/cluster/index.ts'
import { certificateFor, chained } from '../certificates.ts'
import { healthy, machines, type Words } from './inventory.ts'

const root = certificateFor({ subject: 'Root', isAuthority: true })
const middle = certificateFor({ subject: 'Middle', by: root, isAuthority: true })
const shop = certificateFor({ names: ['shop.example.org', 'example.org'], by: middle })
const all = certificateFor({ names: ['*.example.net'], by: middle })
const other = certificateFor({ names: ['other.example.org'], by: middle })

const pairOf = (made: { readonly certificate: string; readonly key: string }) => ({
  certificate: chained(made, middle),
  key: made.key,
})
const encrypted = (pair: ReturnType<typeof pairOf>) => ({
  ...pair,
  key: createPrivateKey(pair.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'so' })
    .toString(),
})

/** What is said of a cluster with these services, where a problem stands below `cluster.services`. */
function said(
  services: readonly Words[],
  words: Words = {},
  { now = Date.now(), onlyLooks = false } = {},
): readonly string[] {
  const told = machines({ ...healthy, balancer: 'nginx', backend: 'none', services, ...words })
  return resolveClusters(told, { now, onlyLooks }).problems.map(
    ({ severity, message, path }) => `${severity} ${path.slice(2).join('.')}: ${message}`,
  )
}

const one = (words: Words) => [{ port: 443, tls: { certificates: [pairOf(shop)], ...words } }]

describe('a service with TLS', () => {
  it.each(['nginx', 'haproxy'])('needs no more than a certificate and a key with %s', (balancer) => {
    expect(said(one({}), { balancer })).toEqual([])
    expect(said(one({ names: ['shop.example.org', 'EXAMPLE.org'] }), { balancer })).toEqual([])
    expect(
      said(one({ certificates: [pairOf(shop), pairOf(all)], names: ['a.example.net'] }), { balancer }),
    ).toEqual([])
    expect(said(one({ certificates: [{ certificate: `${shop.key}${chained(shop, middle)}` }] }))).toEqual([])
    expect(said([...one({}), { port: 80, redirect: 'https' }], { balancer })).toEqual([])
  })

  it('is refused keys that no server starts with, in all of the chain', () => {
    const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey
    const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey
    const own = (key: KeyObject) => {
      const made = certificateFor({ names: ['shop.example.org'], key })
      return { certificate: made.certificate, key: made.key }
    }
    const weak = (words: Words) =>
      said(one(words)).map((text) => text.replace(/^.*certificates\.0\.certificate: /, ''))
    const short = (whose: string) => [
      `the key of the certificate of ${whose} is too short: nginx and HAProxy would not start with it`,
    ]
    for (const key of [rsa(1024), curve('prime192v1')]) {
      expect(weak({ certificates: [own(key)] })).toEqual(short('shop.example.org'))
    }
    for (const key of [rsa(2048), curve('secp384r1')]) expect(weak({ certificates: [own(key)] })).toEqual([])
    const small = certificateFor({ subject: 'Small', key: curve('prime192v1'), isAuthority: true })
    const below = certificateFor({ names: ['shop.example.org'], by: small })
    expect(weak({ certificates: [{ certificate: chained(below, small), key: below.key }] })).toEqual(
      short('Small'),
    )
  })

  it.each<readonly [string, Words, string]>([
    [
      'a key of another',
      { certificate: chained(shop, middle), key: other.key },
      '0.key: the key is not that of the certificate of shop.example.org',
    ],
    [
      'an encrypted key',
      encrypted(pairOf(shop)),
      '0.key: the key is encrypted: whatever starts the server, a boot above all, would have to know its passphrase',
    ],
    [
      'no key',
      { certificate: chained(shop, middle) },
      '0.key: its private key stands neither here nor in key',
    ],
    [
      'a key that is none',
      { certificate: chained(shop, middle), key: 'secret' },
      '0.key: this is no private key in PEM: nowhere in it stands -----BEGIN … PRIVATE KEY-----',
    ],
    [
      'a text that is no PEM',
      { certificate: 'hello', key: shop.key },
      '0.certificate: this is no certificate in PEM: nowhere in it stands -----BEGIN CERTIFICATE-----',
    ],
    [
      'the two in the place of each other',
      { certificate: shop.key, key: chained(shop) },
      '0.certificate: this is a private key, and no certificate',
    ],
    [
      'a broken certificate',
      { certificate: shop.certificate.replace(/M.{20}/, ''), key: shop.key },
      '0.certificate: a part of this is said to be a certificate, and cannot be read as one',
    ],
    [
      'a chain in the wrong order',
      { certificate: chained(shop, root, middle), key: shop.key },
      '0.certificate: the certificates are in the wrong order: shop.example.org, Root, Middle',
    ],
    [
      'a chain upside down',
      { certificate: chained(middle, shop), key: shop.key },
      '0.certificate: the certificates are in the wrong order: Middle, shop.example.org',
    ],
    [
      'a chain of another',
      { certificate: chained(shop, root), key: shop.key },
      '0.certificate: Root did not sign shop.example.org, which stands before it',
    ],
    [
      'no name',
      pairOf(certificateFor({ subject: 'lonely', by: middle })),
      '0.certificate: the certificate of lonely is for no name: clients look at subjectAltName alone, and it has none',
    ],
  ])('is refused with %s', (_, pair, problem) => {
    expect(said(one({ certificates: [pair] }))).toContain(`error 0.tls.certificates.${problem}`)
  })

  it('says of a key whose it is, where that is there', () => {
    const pair = { certificate: chained(shop, middle), key: all.key }
    expect(said(one({ certificates: [pair, pairOf(all)] }))).toEqual([
      'error 0.tls.certificates.0.key: the key is not that of the certificate of shop.example.org, but that of *.example.net',
    ])
  })

  it('is refused with names that no certificate is for, and with two certificates for one', () => {
    expect(said(one({ names: ['www.example.com', 'example.org'] }))).toEqual([
      'error 0.tls.names.0: no certificate is for www.example.com: they are for shop.example.org, example.org',
    ])
    const twice = certificateFor({ names: ['example.org', 'new.example.org'], by: middle })
    expect(said(one({ certificates: [pairOf(shop), pairOf(twice)] }))).toEqual([
      'error 0.tls.certificates.1.certificate: there are two certificates for example.org: a client that asks for it can be shown one only',
    ])
  })

  it('tells of what has expired, and of what soon will', () => {
    const certificates = [pairOf(shop)]
    const day = 86_400_000
    const at = (days: number, onlyLooks = false) =>
      said(one({ certificates }), {}, { now: Date.now() + days * day, onlyLooks }).map((text) =>
        text.replace(/\d{4}-\d\d-\d\d/, 'DATE'),
      )
    const place = '0.tls.certificates.0.certificate: the certificate of shop.example.org'
    expect(at(334)).toEqual([])
    expect(at(340)[0]).toBe(`warning ${place} expires in 24 days, on DATE`)
    expect(at(363.5)[0]).toBe(`warning ${place} expires in 1 day, on DATE`)
    expect(at(366)[0]).toBe(`error ${place} has expired on DATE: no client would go on`)
    expect(at(366)).toHaveLength(2)
    expect(at(366, true)[0]).toBe(`warning ${place} has expired on DATE: no client would go on`)
    expect(at(-2)[0]).toBe(`error ${place} holds from DATE only`)
  })

  it('is refused where nobody of ours can speak TLS', () => {
    expect(said(one({}), { balancer: 'ipvs' })).toEqual([
      'error 0.tls: balancer: ipvs passes packets of port 443 on as they are, and cannot speak TLS with clients',
    ])
    expect(said([{ ...one({})[0], mode: 'tcp' }])).toEqual([
      'error 0.tls: mode: tcp passes on what comes to port 443 as it is, and cannot speak TLS with clients',
    ])
  })
})

describe('a redirect', () => {
  it.each<readonly [string, readonly Words[], string]>([
    [
      'to nobody',
      [{ port: 80, redirect: 'https' }],
      '0.redirect: no service behind the same VIP speaks TLS: clients would be sent where nobody answers',
    ],
    [
      'to another port',
      [...one({}), { port: 80, redirect: { port: 444 } }],
      '1.redirect.port: the service on port 444 does not speak TLS, or is not there',
    ],
    [
      'with a page',
      [...one({}), { port: 80, redirect: 'https', sorry_page: true }],
      '1.sorry_page: port 80 only sends clients elsewhere: sorry_page says nothing there',
    ],
    [
      'of connections',
      [...one({}), { port: 80, redirect: 'https', mode: 'tcp' }],
      '1.redirect: mode: tcp passes on what comes to port 80 as it is, and cannot send clients elsewhere',
    ],
  ])('is refused: %s', (_, services, problem) => {
    expect(said(services)).toContain(`error ${problem}`)
  })

  it.each(['nginx', 'haproxy'])('may lead to TLS of the realservers themselves, through %s', (balancer) => {
    const through = { port: 443, mode: 'tcp', backend_tls: {}, check: { type: 'tcp' } }
    expect(said([through, { port: 80, redirect: 'https' }], { balancer })).toEqual([])
    expect(said([through, { port: 80, redirect: { port: 443 } }], { balancer })).toEqual([])
    const { backend_tls: _, ...unread } = through
    expect(said([unread, { port: 80, redirect: 'https' }], { balancer })).toHaveLength(1)
  })

  it('is refused where it can lead to several', () => {
    const several = [8443, 9443].map((port) => ({ ...one({})[0], port }))
    expect(said([...several, { port: 80, redirect: 'https' }])).toEqual([
      'error 2.redirect: several services behind the same VIP speak TLS, on ports 8443, 9443: which one is meant?',
    ])
    expect(said([...several, { port: 80, redirect: { port: 9443, status: 308 } }])).toEqual([])
  })
})

describe('realservers that speak TLS', () => {
  const served = { certificates: [pairOf(shop)], authority: middle.certificate }
  const behind = (backend_tls: Words, words: Words = {}, service: Words = {}) =>
    said([{ port: 9443, backend_tls, ...service }], { balancer: 'haproxy', backend: 'nginx', ...words })

  it('are checked by what is said of them', () => {
    expect(behind(served)).toEqual([])
    expect(behind({ ...served, authority: root.certificate })).toEqual([])
    expect(behind({ certificates: [pairOf(shop)], verify: false })).toEqual([])
    expect(behind({ authority: root.certificate, name: 'a.internal' }, { backend: 'none' })).toEqual([])
    expect(behind({ certificates: [pairOf(shop)] }, { balancer: 'ipvs' })).toEqual([])
    expect(behind({}, { balancer: 'ipvs', backend: 'none' })).toEqual([])
    expect(behind({ certificates: [pairOf(shop)] }, { balancer: 'nginx' }, { mode: 'tcp' })).toEqual([])
  })

  it.each<readonly [string, Words, Words, string]>([
    [
      'whom nobody signed',
      { certificates: [pairOf(shop)] },
      {},
      ': nothing says who signs the certificates of the realservers: anybody between could pretend to be one',
    ],
    [
      'whom another signed',
      { ...served, authority: certificateFor({ subject: 'X', isAuthority: true }).certificate },
      {},
      '.certificates.0.certificate: authority did not sign the certificate of shop.example.org: the balancer would refuse every realserver',
    ],
    [
      'by another name',
      { ...served, name: 'a.internal' },
      {},
      '.name: the certificate of the realservers is not for a.internal, but for shop.example.org, example.org: the balancer would refuse them',
    ],
    [
      'without a name',
      { authority: root.certificate },
      { backend: 'none' },
      ': nothing says which name is in the certificates of the realservers: that of another machine would do',
    ],
    [
      'with nothing to do so',
      { authority: root.certificate, name: 'a.internal' },
      {},
      ': nginx of the realservers has no certificate to speak TLS with',
    ],
    [
      'with an authority that is none',
      { ...served, authority: shop.key },
      {},
      '.authority: there is no certificate in this: nowhere in it stands -----BEGIN CERTIFICATE-----',
    ],
    [
      'that are Tomcats',
      { verify: false },
      { backend: 'tomcat' },
      ': Tomcat of the realservers speaks plain HTTP here',
    ],
    [
      'with a certificate of their own',
      { ...served },
      { backend: 'none' },
      '.certificates: the realservers run a server of your own, which has its certificates itself',
    ],
    [
      'where nobody looks',
      { certificates: [pairOf(shop)], verify: false },
      { balancer: 'ipvs' },
      '.verify: what clients and realservers say to each other is passed on unread: nobody looks at verify',
    ],
  ])('are refused: %s', (_, tls, words, problem) => {
    expect(behind(tls, words)).toContain(`error 0.backend_tls${problem}`)
  })

  it('speak on a port in one way', () => {
    const words = { balancer: 'haproxy', backend: 'nginx' }
    const by = (made: typeof shop) => ({ verify: false, certificates: [pairOf(made)] })
    const both = (backend_tls: Words) => [
      { port: 9443, backend_port: 443, backend_tls: by(shop) },
      { port: 8443, backend_port: 443, backend_tls },
    ]
    expect(said(both(by(shop)), words)).toEqual([])
    expect(said(both(by(other)), words)).toEqual([
      'error 1: nginx would have to serve port 443 in two ways: services.0 says with other certificates, or without',
    ])
  })

  it('cannot be stood in for by a page of the directors under IPVS', () => {
    expect(behind({ certificates: [pairOf(shop)] }, { balancer: 'ipvs' }, { sorry_page: true })).toEqual([
      'error 0.sorry_page: clients of port 9443 speak TLS with the realservers: the directors have no certificate with which to show a page of their own',
    ])
  })

  it('are not checked by TLS and asked in plain text', () => {
    const services = [{ port: 9443, check: { type: 'https' } }]
    expect(said(services, { balancer: 'haproxy' })).toEqual([
      'error 0.check.type: the check speaks TLS, and what clients ask would go to the same port in plain text',
    ])
  })
})
