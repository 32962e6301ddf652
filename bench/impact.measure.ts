import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlanImpact } from '../src/model/impact.ts'
import { writeCertificates } from '../test/certificates.ts'
import { startCluster, type TestCluster } from '../test/e2e/cluster.ts'

const network = '10.94.0'
/** Milliseconds between two requests, and after which an answer came too late; what a busy computer can resolve. */
const [pace, late] = [20, 1000]
const resolution = late / 4

let cluster: TestCluster
let written: string

beforeAll(async () => {
  cluster = await startCluster('haproxy-dual-master', network)
  writeCertificates(join(cluster.scratch, 'inventory/tls'))
  written = readFileSync(join(cluster.scratch, 'inventory/inventory.yaml'), 'utf8')
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const vrrp = (words: string) => (text: string) =>
  text.replace('      name: web\n', `      name: web\n      vrrp: ${words}\n`)
const told = (words: string) => (text: string) =>
  text.replace('      name: web\n', `      name: web\n      ${words}\n`)
const service = (words: string) => (text: string) =>
  text.replace('          scheduler: wrr\n', `          scheduler: wrr\n          ${words}\n`)
const third = (text: string) =>
  text.replace(
    /( *)- \{ address: .*owner: d2 \}\n/,
    `$&$1- { address: ${network}.102, vrid: 53, owner: d1 }\n`,
  )
const port = (words: string) => (text: string) =>
  text.replace('      services:\n', `      services:\n        - ${words}\n`)
const tls = (name: string) =>
  `{ port: 443, backend_port: 80, check: { type: http, path: /health }, tls: { certificates: [{ certificate: tls/${name}.pem, key: tls/${name}.key }] } }`

describe('what a client feels of a change', () => {
  it.each<[string, (text: string) => string, string?]>([
    ['an owner that is another', (text) => text.replace('vrid: 52, owner: d2', 'vrid: 52, owner: d1')],
    ['an owner that is the first again', (text) => text],
    ['another VRID', (text) => text.replace('vrid: 52', 'vrid: 62')],
    ['the VRID it had', (text) => text],
    ['another interval', vrrp('{ advert_interval: 0.5 }')],
    ['a password', vrrp('{ version: 2, auth_type: PASS, auth_pass: hunter22 }')],
    ['another password', vrrp('{ version: 2, auth_type: PASS, auth_pass: hunter33 }')],
    ['VRRP 3 without a password', (text) => text],
    ['unicast', vrrp('{ unicast: true }')],
    ['multicast', (text) => text],
    ['nobody who preempts', vrrp('{ preempt: false }')],
    ['another time of announcing VIPs again', vrrp('{ garp_refresh: 20 }')],
    ['a track script that asks at other times', vrrp('{ track: { interval: 1, fall: 3 } }')],
    ['a process that is tracked instead of a script', vrrp('{ track: { by: process } }')],
    ['a script that is tracked again', (text) => text],
    ['a VIP more', third],
    ['a VIP less', (text) => text],
    ['a realserver less', (text) => text.replace(/ {8}rs2: .*\n/, '')],
    ['a realserver more', (text) => text],
    ['another weight', (text) => text.replace(/(rs2: \{.*) \}/, '$1, realserver: { weight: 3 } }')],
    ['another scheduler', (text) => text.replace('scheduler: wrr', 'scheduler: lc')],
    [
      'another check',
      (text) => text.replace('interval: 1, timeout: 1, retries: 1', 'interval: 2, timeout: 2, retries: 3'),
    ],
    ['options of the balancer', service('answer_timeout: 20')],
    ['headers and compression', service('compress: true\n          security_headers: true')],
    ['lines of haproxy.cfg by hand', told('extra: { haproxy: { defaults: "option dontlognull" } }')],
    ['a port more', port('{ port: 8080, backend_port: 80, check: { type: http, path: /health } }')],
    ['a port less', (text) => text],
    ['TLS', port(tls('www'))],
    ['another certificate', port(tls('shop'))],
    ['a site of nginx on realservers', told('extra: { realservers: { server: "add_header X-Site two;" } }')],
    [
      'a sysctl, of a playbook',
      (text) => text,
      '- hosts: directors\n  tasks:\n    - sysctl: { name: net.core.somaxconn, value: 2048 }\n',
    ],
  ])('is within what was announced: %s', async (name, edit, playbook) => {
    writeFileSync(join(cluster.scratch, 'inventory/inventory.yaml'), edit(written))
    const site = join(cluster.scratch, 'site.yaml')
    if (playbook !== undefined) writeFileSync(site, playbook)
    const own = playbook === undefined ? [] : [site]
    const planned = await cluster.run(['plan', ...own, '--json'])
    expect(planned.status, planned.stdout + planned.stderr).toBe(2)
    const impact = planned.events.find(({ event }) => event === 'impact-known')?.impact as
      | PlanImpact
      | undefined
    const vips = [`${network}.100`, `${network}.101`]
    const script = resolve(import.meta.dirname, 'impact-client.mjs')
    const targets = vips.map((vip) => `${vip}:80`)
    const within = ['netns', 'exec', `understudy-${cluster.lab.name}`, process.execPath, script]
    const client = spawn('ip', [...within, String(pace), String(late), ...targets])
    let said = ''
    client.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const applied = await cluster.run(['apply', ...own, '--no-verify', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    // What a change sets off lasts a little longer than the change.
    await new Promise((done) => setTimeout(done, 6000))
    client.kill('SIGTERM')
    await once(client, 'close')
    const { found } = JSON.parse(said) as { found: Record<string, { longest: number }> }
    for (const [index, vip] of vips.entries()) {
      const announced = (impact?.vips.find((one) => one.vip === vip)?.seconds ?? 0) * 1000
      const felt = found[targets[index] ?? '']?.longest ?? Number.NaN
      console.info(`${name}, ${vip}: announced ${Math.round(announced)} ms, felt ${felt} ms`)
      expect(felt).toBeLessThanOrEqual(announced + resolution)
    }
  })
})
