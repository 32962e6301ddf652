import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { clusterVariables, resolveClusters } from '../../src/cluster/index.ts'
import { certificateFor } from '../certificates.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg, render } from './rendered.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = (key: typeof privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const acme = { terms_agreed: true, account_key: pem(privateKey) }
const names = ['www.example.org', 'Shop.example.com']
const issued = [
  { port: 443, tls: { acme: true, names } },
  { port: 80, redirect: 'https' },
]
const told = (words: Words) => machines({ ...healthy, balancer: 'haproxy', acme, services: issued, ...words })

/** RFC 7638, section 3. */
const { e, n } = createPublicKey(privateKey).export({ format: 'jwk' })
const thumbprint = createHash('sha256').update(`{"e":"${e}","kty":"RSA","n":"${n}"}`).digest('base64url')

const said = (words: Words) =>
  resolveClusters(told(words)).problems.map(
    ({ severity, message, path }) => `${severity} ${path.slice(1).join('.')}: ${message}`,
  )

describe('certificates that an authority issues', () => {
  it.each(['nginx', 'haproxy'])('need an account and names with %s', (balancer) => {
    expect(said({ balancer })).toEqual([])
    expect(
      said({ balancer, acme: { ...acme, dns: '/usr/local/bin/dns' }, services: issued.slice(0, 1) }),
    ).toEqual([])
  })

  const shown = certificateFor({ names })
  it.each<readonly [string, Words, string]>([
    [
      'nobody who issues them',
      { acme: undefined },
      'error services.0.tls.acme: nothing says who issues certificates',
    ],
    [
      'no names',
      { services: [{ port: 443, tls: { acme: true } }, issued[1]] },
      'error services.0.tls: nothing says which names the certificate is to be for',
    ],
    [
      'nothing on port 80',
      { services: issued.slice(0, 1) },
      'error services.0.tls.acme: the authority asks for a page on port 80 of each name, and nothing of ours answers there',
    ],
    [
      'connections that are passed on there',
      { services: [issued[0], { port: 80, mode: 'tcp' }] },
      'error services.0.tls.acme: the authority asks for a page on port 80, and what stands there passes on what it cannot read',
    ],
    [
      'certificates that are here already',
      {
        services: [
          {
            port: 443,
            tls: { acme: true, names, certificates: [{ certificate: shown.certificate, key: shown.key }] },
          },
          issued[1],
        ],
      },
      'error services.0.tls.acme: the certificates are here already: nothing is left to be issued',
    ],
    [
      'a key of another kind',
      { acme: { ...acme, account_key: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey) } },
      'error acme.account_key: the account has a key of the kind ec, and needs one of RSA',
    ],
    [
      'a key that is none',
      { acme: { ...acme, account_key: 'none' } },
      'error acme.account_key: this is no private key in PEM that can be read',
    ],
    [
      'an authority that is none',
      { acme: { ...acme, authority: 'none' } },
      'error acme.authority: there is no certificate in this that can be read',
    ],
    [
      'no service that has one',
      { services: [{ port: 80 }] },
      'warning acme: no service has a certificate that is issued',
    ],
  ])('are complained of with %s', (_, words, message) => {
    expect(said(words)).toEqual([message])
  })

  it('are proved by whoever holds the VIP, for the account of all', () => {
    const services = [...issued, { port: 8080 }]
    const haproxy = haproxyCfg(told({ services }))
    expect(haproxy.split('\n').filter((line) => line.includes(`.${thumbprint}"`))).toHaveLength(2)
    expect(haproxy).toContain('crt /etc/haproxy/understudy-tls/443-www.example.org.pem')
    const nginx = balancerNginxConf(told({ services, balancer: 'nginx' }))
    expect(nginx.split('\n').filter((line) => line.includes(`return 200 "$1.${thumbprint}";`))).toHaveLength(
      2,
    )
    expect(nginx).toContain('server_name www.example.org shop.example.com;')
    const byDns = haproxyCfg(told({ acme: { ...acme, dns: '/usr/local/bin/dns' } }))
    expect(byDns).not.toContain(thumbprint)
  })

  it('are asked for by each director, once for each port that shows them', () => {
    const services = [...issued, { port: 8443, tls: { acme: true, names: ['api.example.org'] } }]
    const cluster = clusterOf(told({ services, balancer: 'nginx' }))
    const variables = clusterVariables([cluster], knowing({ d1: factsWith('10.77.0.11') }), 'd1')
    expect(render('acme-domains.hbs', variables)).toBe(
      'www.example.org shop.example.com > 443-www.example.org\napi.example.org > 8443-api.example.org\n',
    )
    expect(render('acme-missing.hbs', variables)).toContain(
      'wanted 443-www.example.org /etc/nginx/understudy-tls/443-www.example.org.pem www.example.org shop.example.com\n',
    )
    expect(variables.tls_files).toMatchObject([{ issued: true }, { issued: true }])
    expect(clusterVariables([cluster], knowing({}), 'rs1').acme).toBe(false)
  })
})
