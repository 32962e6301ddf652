import { inject, TestRunner, test } from 'vitest'
import type { Prerequisite } from '../src/lab/prerequisites.ts'
import { lacksIn } from './needs.ts'
import { prepared } from './prepared.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** What this computer lacks for running machines; from `test/machines.ts`. */
    machinesLack: readonly Prerequisite[]
  }
  interface TaskMeta {
    /** Why a file was not run. */
    lacks?: readonly Prerequisite[]
  }
}

/**
 * Runs a file only where this computer has what the file needs: a file named `*.e2e.test.ts` needs machines, others
 * say it with `needs(…)`. In place of the rest stands one skipped test that tells why; with `CI` set it fails.
 */
class Runner extends TestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    if (source !== 'collect') return super.importFile(path, source)
    const lacks = path.endsWith('.e2e.test.ts') ? inject('machinesLack') : []
    if (lacks.length > 0) return standIn(lacks)
    const preparation = path.endsWith('.e2e.test.ts') && inject('preparation')
    if (preparation) await prepared(preparation)
    try {
      return await super.importFile(path, source)
    } catch (error) {
      const missing = lacksIn(error)
      if (missing) return standIn(missing)
      throw error
    }
  }
}

function standIn(lacks: readonly Prerequisite[]): void {
  const title = `cannot run here; missing: ${lacks.map(({ what }) => what).join(', ')}`
  test(title, { skip: !process.env.CI, meta: { lacks } }, () => {
    throw new Error(`${title}. With CI set, everything must run.`)
  })
}

// Vitest takes a runner from the file's default export.
// biome-ignore lint/style/noDefaultExport: see above
export default Runner
