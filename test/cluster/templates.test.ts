import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clusterVariables, type Member } from '../../src/cluster/index.ts'
import { createTemplates } from '../../src/config/templates/render.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'

const templates = resolve(import.meta.dirname, '../../templates')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-templates-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

const render = (name: string, variables: object): string =>
  createTemplates().render(join(templates, name), {
    has: (variable) => variable in variables,
    names: () => Object.keys(variables),
    read: (variable) => (variables as Words)[variable],
  })

/** keepalived looks for the interface, so it has to be one of this computer. */
const device = Object.keys(networkInterfaces()).find((name) => name !== 'lo') ?? 'eth0'

function keepalivedConf(host: string, members: readonly Member[], name = 'eth0'): string {
  const known = knowing({
    d1: factsWith(`${name} 10.77.0.11/24`, `${name} fd00::11/64`),
    d2: factsWith(`${name} 10.77.0.12/24`, `${name} fd00::12/64`),
    rs1: factsWith('eth0 10.77.0.21/24', 'eth0 fd00::21/64'),
    rs2: factsWith('eth0 10.77.0.22/24', 'eth0 fd00::22/64'),
  })
  return render('keepalived.conf.hbs', clusterVariables([clusterOf(members)], known, host))
}

/** What `keepalived -t` says of a configuration; it says nothing of a good one. */
function keepalivedSays(text: string): string {
  const path = join(folder, 'keepalived.conf')
  writeFileSync(path, text)
  try {
    return execFileSync('keepalived', ['-t', '-f', path], { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error)
  }
}

const everything = {
  ...healthy,
  vips: [
    { address: '10.77.0.100', vrid: 77, owner: 'd2', name: 'front' },
    { address: '10.77.0.101/25', vrid: 78, services: [{ port: 25, check: { type: 'tcp' } }] },
    {
      address: 'fd00::100',
      vrid: 77,
      services: [{ port: 80, check: { type: 'http', host: 'example.org' } }],
    },
  ],
  backend: 'none',
  services: [
    {
      port: 443,
      scheduler: 'sh',
      persistence_timeout: 300,
      check: { type: 'https', path: '/up', status: 204 },
      extra: '    quorum 2\n    hysteresis 1',
    },
    { port: 514, protocol: 'udp', check: { type: 'misc', program: '/bin/true' } },
    { port: 53, protocol: 'udp', check: { type: 'tcp', port: 5353, interval: 0.5 } },
  ],
  vrrp: { advert_interval: 0.25, preempt: false, unicast: true, garp_refresh: 0 },
}

describe('keepalived.conf', () => {
  it('of a master reads as it should', async () => {
    await expect(keepalivedConf('d1', machines())).toMatchFileSnapshot('golden/d1.keepalived.conf')
  })

  it('of a director that uses every word reads as it should', async () => {
    await expect(keepalivedConf('d2', machines(everything))).toMatchFileSnapshot(
      'golden/everything.keepalived.conf',
    )
  })

  it.each<readonly [string, string, Words]>([
    ['a master', 'd1', healthy],
    ['a backup', 'd2', healthy],
    ['a director that waits before it takes back', 'd1', { ...healthy, vrrp: { preempt_delay: 4.5 } }],
    ['version 2', 'd1', { ...healthy, vrrp: { version: 2, advert_interval: 2 } }],
    ['the fast profile', 'd1', { ...healthy, balancer: 'nginx', vrrp: { profile: 'fast' } }],
    ['every word', 'd2', everything],
    ...['rr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'mh', 'sed', 'nq', 'fo', 'ovf'].map(
      (scheduler) => [scheduler, 'd1', { ...healthy, services: [{ port: 80, scheduler }] }] as const,
    ),
  ])('is accepted by keepalived: %s', (_, host, words) => {
    expect(keepalivedSays(keepalivedConf(host, machines(words), device))).toBe('')
  })

  it('is refused by keepalived with a word it does not know', () => {
    const broken = keepalivedConf('d1', machines(), device).replace('lb_kind', 'lb_knd')
    expect(keepalivedSays(broken)).toContain("Unknown keyword 'lb_knd'")
  })

  it('lets nobody start as MASTER where the VIP is not taken back at once', () => {
    for (const vrrp of [{ preempt: false }, { preempt_delay: 5 }])
      expect(keepalivedConf('d1', machines({ ...healthy, vrrp }))).toContain('state BACKUP')
  })
})

describe('nginx.conf', () => {
  // Not spread: some variables wait for facts that no template here reads.
  const variables = (words: Words) =>
    Object.assign(clusterVariables([clusterOf(machines(words))], knowing({}), 'rs1'), {
      inventory_hostname: 'rs1',
      document_root: '/var/www/understudy',
      nginx_user: 'www-data',
    })

  it('of a realserver reads as it should', async () => {
    await expect(render('nginx.conf.hbs', variables(healthy))).toMatchFileSnapshot('golden/rs1.nginx.conf')
  })

  it.each([
    ['one port', healthy],
    ['several ports', { ...healthy, services: [{ port: 80 }, { port: 8080 }] }],
  ])('is accepted by nginx: %s', (_, words) => {
    const path = join(folder, 'nginx.conf')
    // Ports and files of this computer stay untouched, and no other user than ours is needed.
    writeFileSync(path, render('nginx.conf.hbs', variables(words)).replace('/run/nginx.pid', `${folder}/pid`))
    expect(execFileSync('nginx', ['-t', '-q', '-c', path], { encoding: 'utf8', stdio: 'pipe' })).toBe('')
  })

  it('listens on IPv6 where a VIP is of IPv6', () => {
    const six = { ...healthy, vips: [...healthy.vips, { address: 'fd00::100', vrid: 9 }] }
    expect(render('nginx.conf.hbs', variables(six))).toContain('listen [::]:80 default_server;')
    expect(render('nginx.conf.hbs', variables(healthy))).not.toContain('[::]')
  })
})

describe('index.html', () => {
  it('names the machine', () => {
    const page = render('index.html.hbs', { inventory_hostname: 'rs1', cluster_name: 'web' })
    expect(page).toContain('<title>rs1</title>')
  })

  it('is an error where a variable is missing', () => {
    expect(() => render('index.html.hbs', { inventory_hostname: 'rs1' })).toThrow('cluster_name')
  })
})
