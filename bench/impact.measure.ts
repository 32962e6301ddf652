import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlanImpact } from '../src/model/impact.ts'
import { writeCertificates } from '../test/certificates.ts'
import { startCluster, type TestCluster } from '../test/e2e/cluster.ts'
import { measured } from './impact-changes.ts'

/** Milliseconds between two requests, and after which an answer came too late; what a busy computer can resolve. */
const [pace, late] = [20, 1000]
const resolution = late / 4

/** The longest that a client missed of each of these, in ms, while something was done and shortly after. */
async function feltOf(
  cluster: TestCluster,
  targets: readonly string[],
  doing: () => Promise<void>,
): Promise<readonly number[]> {
  const script = resolve(import.meta.dirname, 'impact-client.mjs')
  const within = ['netns', 'exec', `understudy-${cluster.lab.name}`, process.execPath, script]
  const client = spawn('ip', [...within, String(pace), String(late), ...targets])
  let said = ''
  client.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await doing()
  // What a change sets off lasts a little longer than the change.
  await new Promise((done) => setTimeout(done, 6000))
  client.kill('SIGTERM')
  await once(client, 'close')
  const { found } = JSON.parse(said) as { found: Record<string, { longest: number; lasting: boolean }> }
  return targets.map((target) => {
    const { longest, lasting } = found[target] ?? { longest: Number.NaN, lasting: false }
    return lasting ? Number.POSITIVE_INFINITY : longest
  })
}

describe.each(measured)(
  'what a client feels of a change: $is',
  ({ inventory, network, first, vips, changes }) => {
    let cluster: TestCluster
    let written: string
    const at = () => join(cluster.scratch, 'inventory/inventory.yaml')
    beforeAll(async () => {
      cluster = await startCluster(inventory, network)
      writeCertificates(join(cluster.scratch, 'inventory/tls'))
      written = first(readFileSync(at(), 'utf8'))
      writeFileSync(at(), written)
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it.each(changes)('is within what was announced: $is', async ({ is, edit, playbook }) => {
      writeFileSync(at(), edit(written))
      const site = join(cluster.scratch, 'site.yaml')
      if (playbook !== undefined) writeFileSync(site, playbook)
      const own = playbook === undefined ? [] : [site]
      const planned = await cluster.run(['plan', ...own, '--json'])
      expect(planned.status, planned.stdout + planned.stderr).toBe(2)
      const impact = planned.events.find(({ event }) => event === 'impact-known')?.impact as
        | PlanImpact
        | undefined
      const addresses = vips.map((last) => `${network}.${last}`)
      const felt = await feltOf(
        cluster,
        addresses.map((vip) => `${vip}:80`),
        async () => {
          const applied = await cluster.run(['apply', ...own, '--no-verify', '--json'])
          expect.soft(applied.status, applied.stdout + applied.stderr).toBe(0)
        },
      )
      for (const [index, vip] of addresses.entries()) {
        const said = impact?.vips.find((one) => one.vip === vip)
        const announced = said?.class === 'outage' ? Number.POSITIVE_INFINITY : (said?.seconds ?? 0) * 1000
        const missed = felt[index] ?? Number.NaN
        const of = said ? `${said.class}, ${said.moves} moves` : 'nothing'
        console.info(`${is}, ${vip}: announced ${of}, ${Math.round(announced)} ms, felt ${missed} ms`)
        expect.soft(missed).toBeLessThanOrEqual(announced + resolution)
      }
    })
  },
)
