import type { Damage } from '../damage.ts'
import { keepalivedDamages } from './keepalived.ts'
import { kernelDamages } from './kernel.ts'
import { serviceDamages } from './service.ts'

/** Every kind of damage that is tried. */
export const damages: readonly Damage[] = [...keepalivedDamages, ...kernelDamages, ...serviceDamages]

/** Those that are tried at every change; the others where all is tried. */
export const sampled: readonly string[] = [
  'the priority is edited and reloaded, and the file is put back',
  'the VIP is added to the interface of a realserver',
]

/** Those that no machine has shown yet to be as they are said to be: docs/truth.md tells of all others. */
export const unseen: readonly string[] = []
