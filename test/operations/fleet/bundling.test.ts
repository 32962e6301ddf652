import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { filesOf, makeBundle } from '../../../src/operations/fleet/bundling.ts'
import { readFleet } from '../../../src/operations/fleet/reading.ts'

it('what lies beside the file of a fleet travels, without that file, secrets and what is hidden', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bundle-'))
  try {
    mkdirSync(join(folder, 'inventories', 'deep er'), { recursive: true })
    const file = join(folder, 'unsere-flotte.yaml')
    writeFileSync(
      file,
      `fleet: web
engine: nats://ann:pass%20word@10.0.0.5:4222
clusters: { shop: { site: oslo, inventory: "inventories/deep er/lädchen.yaml", secrets: { db: { file: secret } } } }
`,
    )
    for (const name of ['inventories/deep er/lädchen.yaml', 'site.yaml', 'secret', '.hidden'])
      writeFileSync(join(folder, name), name)
    const { bytes, paths } = await makeBundle(await readFleet(file), '1.0.0')
    expect([...paths].toSorted()).toEqual(['inventories/deep er/lädchen.yaml', 'site.yaml'])
    expect((await filesOf(bytes)).map(({ path }) => path).toSorted()).toEqual([...paths].toSorted())
  } finally {
    rmSync(folder, { recursive: true })
  }
})
