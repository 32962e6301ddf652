import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, resolveClusters } from '../../src/cluster/index.ts'
import { clusterMembers, loadInventory } from '../../src/config/inventory/index.ts'
import { loadTopology } from '../../src/lab/topology.ts'
import { moduleKinds } from '../../src/modules/index.ts'
import { project, wanted } from '../config/playbook/project.ts'
import { resourceExamples } from './resource-examples.ts'

const root = resolve(import.meta.dirname, '../..')

/** The clusters of an inventory about which there is nothing to say. */
async function clustersOf(inventory: string): Promise<readonly Cluster[]> {
  const { members } = clusterMembers(await loadInventory([inventory]))
  const { clusters, problems } = resolveClusters(members)
  expect(problems).toEqual([])
  return clusters
}

const parts = (clusters: readonly Cluster[]) =>
  clusters.map(({ directors, realservers, clients }) => [
    directors.map(({ host }) => host),
    realservers.map(({ host }) => host),
    clients,
  ])

describe('an example', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-examples-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('in inventories/lvs-dr is a cluster, and its lab has the same machines', async () => {
    const [cluster, ...others] = await clustersOf(`${root}/inventories/lvs-dr`)
    if (!cluster) throw new Error('no cluster')
    expect(others).toEqual([])
    expect(parts([cluster])).toEqual([[['d1', 'd2'], ['rs1', 'rs2'], ['client']]])
    const { machines } = await loadTopology(`${root}/inventories/lvs-dr/lab.yaml`)
    const lab = Object.fromEntries(machines.map(({ name, address }) => [name, address]))
    for (const { host, connection } of [...cluster.directors, ...cluster.realservers])
      expect(lab[host]).toBe(connection)
    expect(Object.keys(lab)).toContain('client')
  })

  it.each(Object.entries(resourceExamples))(
    'of %s in docs/resources.md or docs/ansible.md is a task',
    async (kind, example) => {
      const page = moduleKinds.has(kind) ? 'ansible' : 'resources'
      expect(await readFile(`${root}/docs/${page}.md`, 'utf8')).toContain(`\n${example}\n`)
      using here = project({
        'site.yaml': `- hosts: all\n  tasks:\n${example.replaceAll(/^/gm, '    ')}\n`,
        'files/app-1.4.tar.gz': 'an archive',
        'files/sudoers-web': 'web ALL=(ALL) ALL\n',
        'templates/nginx.conf.hbs': 'events {}\n',
        'files/site.pem': '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
        'files/site.key': 'a key',
      })
      const intent = await here.load()
      expect(wanted(intent, 'a')).toEqual([expect.stringMatching(new RegExp(`^${kind}\\[.+\\]$`))])
      expect(intent.warnings).toEqual([])
    },
  )

  it.each([
    [0, ['rs1', 'rs2']],
    [1, []],
  ])('of number %s in docs/inventory.md is a cluster', async (index, realservers) => {
    const text = await readFile(`${root}/docs/inventory.md`, 'utf8')
    const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)]
    await writeFile(join(folder, 'inventory.yaml'), examples[index]?.[1] ?? '')
    expect(parts(await clustersOf(join(folder, 'inventory.yaml')))).toEqual([[['d1', 'd2'], realservers, []]])
  })
})
