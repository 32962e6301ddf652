import { fields } from './file-options.ts'
import type { Meaning } from './module.ts'
import { strangeToRpm } from './package-names.ts'

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
  readonly exclude: readonly string[] | undefined
  readonly conf_file: string | undefined
  readonly disable_gpg_check: boolean
  readonly releasever: string | undefined
  readonly skip_broken: boolean
  readonly security: boolean
  readonly bugfix: boolean
  readonly enable_plugin: readonly string[] | undefined
  readonly disable_plugin: readonly string[] | undefined
  readonly disable_excludes: string | undefined
  readonly sslverify: boolean
  readonly cacheonly: boolean
  readonly allowerasing?: boolean
  readonly nobest?: boolean
}

/** The words of dnf and yum for what is asked beside the packages. */
function optionsOf(given: RpmArguments): readonly string[] {
  const each = (word: string, values: readonly string[] | string | undefined) =>
    (typeof values === 'string' ? [values] : (values ?? [])).map((value) => `--${word}=${value}`)
  return [
    ...each('exclude', given.exclude),
    ...each('config', given.conf_file),
    ...each('releasever', given.releasever),
    ...each('enableplugin', given.enable_plugin),
    ...each('disableplugin', given.disable_plugin),
    ...each('disableexcludes', given.disable_excludes),
    ...(given.disable_gpg_check ? ['--nogpgcheck'] : []),
    ...(given.skip_broken ? ['--skip-broken'] : []),
    ...(given.security ? ['--security'] : []),
    ...(given.bugfix ? ['--bugfix'] : []),
    ...(given.cacheonly ? ['--cacheonly'] : []),
    ...(given.allowerasing ? ['--allowerasing'] : []),
    ...(given.nobest ? ['--nobest'] : []),
    ...(given.sslverify ? [] : ['--setopt=sslverify=0']),
  ]
}

/** Repositories that are switched on and off for it. */
function repositoriesOf({ enablerepo = [], disablerepo = [] }: RpmArguments): readonly string[] {
  return [
    ...enablerepo.map((one) => `--enablerepo=${one}`),
    ...disablerepo.map((one) => `--disablerepo=${one}`),
  ]
}

/** Packages of the Red Hat family by their names, one from a file, all that is newer, what nobody needs, or the lists. */
export function packagesOf(given: RpmArguments): Meaning {
  const { name: names = [], state, autoremove } = given
  if (names.length === 1 && names[0] === '*' && state === 'latest')
    return {
      kind: 'package_upgrade',
      fields: { how: 'full', rpm_options: [...optionsOf(given), ...repositoriesOf(given)] },
    }
  if (names.length === 0) {
    if (autoremove) return { kind: 'package_leftovers', fields: {} }
    return given.update_cache ? { kind: 'package_lists', fields: {} } : { nothing: 'no package is named' }
  }
  const [first = ''] = names
  const isFile = /^(https?|ftp):|\.rpm$/.test(first)
  if (isFile && names.length > 1)
    return { option: 'name', refused: 'several packages from files: give each a task of its own' }
  if (isFile)
    return {
      kind: 'package_file',
      fields: { file: first, rpm_options: [...optionsOf(given), ...repositoriesOf(given)] },
    }
  const strange = names.map(strangeToRpm).find((why) => why !== undefined)
  if (strange !== undefined) return { option: 'name', refused: strange }
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
      rpm_options: optionsOf(given),
    }),
  }
}
