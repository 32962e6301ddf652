import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'

describe.each([
  [
    'lvs-nat',
    '10.91.24',
    '/etc/keepalived/keepalived.conf',
    // Directors do not take each other's adverts until both have the other gateway.
    (text: string) => text.replace(/(gateway: \S*)\.99\b/, '$1.98').replace('owner: d1', 'owner: d2'),
  ],
  [
    'haproxy-dual-master',
    '10.91.25',
    '/etc/haproxy/haproxy.cfg',
    (text: string) => text.replace('vrid: 52, owner: d2', 'vrid: 52, owner: d1'),
  ],
] as const)('what would take everybody out of %s', (name, network, file, moved) => {
  let cluster: TestCluster
  let inventory: string
  let written: string
  beforeAll(async () => {
    cluster = await startCluster(name, network)
    inventory = join(cluster.scratch, 'inventory/inventory.yaml')
    written = readFileSync(inventory, 'utf8')
    const ran = await cluster.run(['apply'])
    expect(ran.status, ran.stdout + ran.stderr).toBe(0)
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it('is a check that no realserver passes: directors are not told of it', async () => {
    writeFileSync(inventory, written.replace('path: /health', 'path: /nowhere'))
    const before = await cluster.on('d1', `sha256sum ${file}`)
    const ran = await cluster.run(['apply'])
    expect(ran.status, ran.stdout + ran.stderr).toBe(1)
    expect(ran.stdout + ran.stderr).toContain('by its new health check nobody would serve')
    expect(await cluster.on('d1', `sha256sum ${file}`)).toBe(before)
    writeFileSync(inventory, written)
    expect((await cluster.run(['apply'])).status).toBe(0)
  })

  it('is no other owner, with what moves beside it, nor the first one again at once', async () => {
    for (const text of [moved(written), written]) {
      writeFileSync(inventory, text)
      const ran = await cluster.run(['apply'])
      expect(ran.status, ran.stdout + ran.stderr).toBe(0)
    }
  })
})
