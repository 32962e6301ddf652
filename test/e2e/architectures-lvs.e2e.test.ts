import { it } from 'vitest'
import { architectures, liveThrough } from './architecture.ts'

// lvs-dr lives through the same, and more, in lvs-dr.e2e.test.ts.
const ours = architectures.filter((name) => name.startsWith('lvs-') && name !== 'lvs-dr')

it.each(ours)('inventories/%s comes up on Debian 12 and 13 and lives through losses', (name) =>
  liveThrough(name, '10.86.0'),
)
