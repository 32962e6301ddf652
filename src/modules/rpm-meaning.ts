import { fields } from './file-options.ts'
import type { Meaning } from './module.ts'

/** What dnf and yum are told alike. */
export interface RpmArguments {
  readonly name: readonly string[] | undefined
  readonly state: string | undefined
  readonly autoremove: boolean
  readonly update_cache: boolean
  readonly update_only: boolean
  readonly install_weak_deps: boolean
  readonly enablerepo: readonly string[] | undefined
  readonly disablerepo: readonly string[] | undefined
}

/** Packages of the Red Hat family by their names, one from a file, all that is newer, what nobody needs, or the lists. */
export function packagesOf(given: RpmArguments): Meaning {
  const { name: names = [], state, autoremove } = given
  if (names.length === 1 && names[0] === '*' && state === 'latest')
    return { kind: 'package_upgrade', fields: { how: 'full' } }
  if (names.length === 0) {
    if (autoremove) return { kind: 'package_leftovers', fields: {} }
    return given.update_cache ? { kind: 'package_lists', fields: {} } : { nothing: 'no package is named' }
  }
  const [first = ''] = names
  const isFile = /^(https?|ftp):|\.rpm$/.test(first)
  if (isFile && names.length > 1)
    return { option: 'name', refused: 'several packages from files: give each a task of its own' }
  if (isFile) return { kind: 'package_file', fields: { file: first } }
  const states: Readonly<Record<string, string>> = { installed: 'present', removed: 'absent' }
  return {
    kind: 'package',
    fields: fields({
      name: names,
      state: states[state ?? ''] ?? state,
      autoremove,
      only_upgrade: given.update_only,
      recommends: given.install_weak_deps ? undefined : false,
      enable_repositories: given.enablerepo,
      disable_repositories: given.disablerepo,
    }),
  }
}
