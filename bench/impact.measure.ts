import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlanImpact } from '../src/model/impact.ts'
import { startCluster, type TestCluster } from '../test/e2e/cluster.ts'

const network = '10.94.0'
/** Milliseconds between two requests, and after which an answer came too late; what a busy computer can resolve. */
const [pace, late] = [20, 1000]
const resolution = late / 4

let cluster: TestCluster
let written: string

beforeAll(async () => {
  cluster = await startCluster('haproxy-dual-master', network)
  written = readFileSync(join(cluster.scratch, 'inventory/inventory.yaml'), 'utf8')
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const vrrp = (words: string) => (text: string) =>
  text.replace('      name: web\n', `      name: web\n      vrrp: ${words}\n`)

describe('what a client feels of a change', () => {
  it.each<[string, (text: string) => string]>([
    ['an owner that is another', (text) => text.replace('vrid: 52, owner: d2', 'vrid: 52, owner: d1')],
    ['an owner that is the first again', (text) => text],
    ['another VRID', (text) => text.replace('vrid: 52', 'vrid: 62')],
    ['another interval', vrrp('{ advert_interval: 0.5 }')],
    ['a password', vrrp('{ version: 2, auth_type: PASS, auth_pass: hunter22 }')],
    ['another password', vrrp('{ version: 2, auth_type: PASS, auth_pass: hunter33 }')],
    ['unicast', vrrp('{ unicast: true }')],
    ['nobody who preempts', vrrp('{ preempt: false }')],
    ['a realserver less', (text) => text.replace(/ {8}rs2: .*\n/, '')],
    ['another scheduler', (text) => text.replace('scheduler: wrr', 'scheduler: lc')],
  ])('is within what was announced: %s', async (name, edit) => {
    writeFileSync(join(cluster.scratch, 'inventory/inventory.yaml'), edit(written))
    const planned = await cluster.run(['plan', '--json'])
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
    const applied = await cluster.run(['apply', '--no-verify', '--json'])
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
