import { existsSync } from 'node:fs'
import { Failure } from '../model/failure.ts'
import { packageRoot } from '../operations/places.ts'
import { quote } from '../shell/quote.ts'

/** What inventories are usually called; the first that stands in the working directory is taken where none is named. */
export const inventoryNames: readonly string[] = [
  'inventory.yaml',
  'inventory.yml',
  'inventory.ini',
  'inventory',
  'hosts',
]

/** The inventories named, by ansible.cfg otherwise, or the one that stands in the working directory. Throws INVALID_INPUT where none does. */
export function chooseInventory(
  named: readonly string[] | undefined,
  /** What Ansible's configuration names. */
  configured: readonly string[] = [],
): readonly string[] {
  if (named && named.length > 0) return named
  if (configured.length > 0) return configured
  const found = inventoryNames.find((name) => existsSync(name))
  if (found) return [found]
  throw new Failure('INVALID_INPUT', 'no inventory given, and none in the working directory', {
    next: `name one with -i, for instance -i ${quote(`${packageRoot}inventories/lvs-dr`)}, or make one of: ${inventoryNames.join(', ')}`,
  })
}

/** The playbook named, or `site.yaml` of the working directory; otherwise it is the one that comes with understudy. */
export function choosePlaybook(named: string | undefined): string | undefined {
  return named || ['site.yaml', 'site.yml'].find((name) => existsSync(name))
}
