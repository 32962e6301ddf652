import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clusterVariables, type Member } from '../../src/cluster/index.ts'
import { certificateFor, chained } from '../certificates.ts'
import { needs } from '../needs.ts'
import { clusterOf, healthy, knowing, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg, nginxVariables, render } from './rendered.ts'

needs('root', 'nginx', 'haproxy')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-tls-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

const root = certificateFor({ subject: 'Root', isAuthority: true })
const pairOf = (...names: readonly string[]) => {
  const made = certificateFor({ names, by: root })
  return { certificate: chained(made, root), key: made.key }
}
const tls = { certificates: [pairOf('www.example.org', 'example.org'), pairOf('*.example.net')] }
const redirect = { port: 80, redirect: 'https' }
const served = { certificates: [pairOf('internal.example.org')] }

const balanced: readonly (readonly [string, readonly Words[]])[] = [
  ['with a redirect', [{ port: 443, tls }, redirect]],
  [
    'on another port, with every word',
    [
      { port: 8443, sorry_page: true, tls: { ...tls, minimum: 1.3, hsts: { include_subdomains: true } } },
      { port: 80, redirect: { status: 308 } },
    ],
  ],
  ['and again behind', [{ port: 443, tls, backend_tls: { ...served, authority: root.certificate } }]],
  ['and again behind, to whoever is there', [{ port: 443, tls, backend_tls: { ...served, verify: false } }]],
]

/** The files of a machine, in a folder of ours. */
function place(members: readonly Member[], host: string): void {
  const variables = clusterVariables([clusterOf(members)], knowing({}), host)
  const files = variables.tls_files as readonly { path: string; chain: string; key: string }[]
  for (const { path, chain, key } of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), `${chain}\n${key}\n`)
  }
}

/** What a program says of a configuration whose files are in our folder; nothing of a good one. */
function says(command: readonly string[], text: string): string {
  const path = join(folder, 'configuration')
  const here = text
    .replaceAll(/\/etc\/(nginx|haproxy)\/understudy-tls/g, `${folder}$&`)
    .replace('/run/nginx.pid', `${folder}/pid`)
    .replaceAll('/var/www/understudy-sorry/sorry.http', '/dev/null')
  writeFileSync(path, here)
  const [program = '', ...words] = command
  return execFileSync(program, [...words, path], { encoding: 'utf8', stdio: 'pipe' })
}

describe('a configuration with TLS', () => {
  it.each(balanced)('is accepted by nginx: %s', (_, services) => {
    const members = machines({ ...healthy, balancer: 'nginx', services })
    place(members, 'd1')
    expect(says(['nginx', '-t', '-q', '-c'], balancerNginxConf(members))).toBe('')
  })

  it.each(balanced)('is accepted by HAProxy: %s', (_, services) => {
    const members = machines({ ...healthy, balancer: 'haproxy', services })
    place(members, 'd1')
    // Warnings are printed even so.
    expect(says(['haproxy', '-c', '-q', '-dW', '-f'], haproxyCfg(members))).toBe('')
  })

  it.each<readonly [string, Words]>([
    ['passed through', { balancer: 'ipvs', services: [{ port: 443, backend_tls: served }, { port: 80 }] }],
    [
      'beside the balancer',
      {
        balancer: 'haproxy',
        services: [{ port: 443, tls, backend_tls: { ...served, verify: false } }, redirect],
      },
    ],
  ])('is accepted by nginx of a realserver: %s', (_, words) => {
    const cluster = { ...healthy, ...words }
    place(machines(cluster), 'rs1')
    const text = render('nginx.conf.hbs', nginxVariables(cluster))
    expect(text).toContain('ssl_certificate ')
    expect(says(['nginx', '-t', '-q', '-c'], text)).toBe('')
  })

  it('names certificates by the names they are for, the first for everybody else', () => {
    const members = machines({ ...healthy, balancer: 'nginx', services: [{ port: 443, tls }] })
    const text = balancerNginxConf(members)
    expect(
      [...text.matchAll(/^ +(listen|server_name|ssl_certificate) (.*);$/gm)].map(([, ...said]) => said),
    ).toEqual([
      ['listen', '443 ssl http2 default_server'],
      ['ssl_certificate', '/etc/nginx/understudy-tls/443-www.example.org.pem'],
      ['server_name', 'www.example.org example.org'],
      ['listen', '443 ssl http2'],
      ['ssl_certificate', '/etc/nginx/understudy-tls/443-_.example.net.pem'],
      ['server_name', '*.example.net'],
    ])
  })
})
