import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brief, cases, inPlace } from './differential/cases.ts'
import { type Machines, startMachines, type Tool, type Went } from './differential/machines.ts'
import { differences } from './differential/manifest.ts'
import { record } from './differential/record.ts'

const isWhole = process.env.UNDERSTUDY_TEST_ANSIBLE === '1'
const chosen = isWhole ? cases : cases.filter(({ playbook }) => playbook === brief)

describe('what Ansible and we make of', () => {
  let machines: Machines
  beforeAll(async () => {
    machines = await startMachines(
      '10.94.3',
      isWhole ? { machines: 2, packages: inPlace } : { machines: 1, packages: [] },
    )
  })
  afterAll(async () => {
    await machines?.[Symbol.asyncDispose]()
  })

  it.concurrent.each(chosen)(
    '$playbook',
    { timeout: 7_200_000 },
    async ({ playbook, before = '', again, stated = [] }) => {
      const path = join(import.meta.dirname, 'playbooks', playbook)
      const runs: Record<Tool, readonly Went[]> = { ansible: [], understudy: [] }
      const manifests: Record<Tool, string> = { ansible: '', understudy: '' }
      await machines.with(async (machine) => {
        for (const tool of ['understudy', 'ansible'] as const) {
          await machine.fresh(before)
          runs[tool] = [await machine.apply(tool, path), await machine.apply(tool, path)]
          manifests[tool] = await machine.manifest()
        }
      })
      for (const tool of ['understudy', 'ansible'] as const) {
        expect(runs[tool].map(({ said }) => said)).toEqual(['', ''])
        const { changed = [] } = runs[tool][1] ?? {}
        expect(changed, `${tool} again: ${changed.join(', ')}`).toHaveLength(again?.[tool] ?? 0)
      }
      const patterns = stated.map(({ pattern }) => pattern)
      expect(differences(manifests.ansible, manifests.understudy, patterns)).toEqual([])
      if (isWhole) record(playbook, runs)
    },
  )
})
