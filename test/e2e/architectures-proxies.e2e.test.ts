import { it } from 'vitest'
import { architectures, liveThrough } from './architecture.ts'

const ours = architectures.filter((name) => !name.startsWith('lvs-'))

it.each(ours)('inventories/%s comes up on Debian 12 and 13 and lives through losses', (name) =>
  liveThrough(name, '10.90.0'),
)
