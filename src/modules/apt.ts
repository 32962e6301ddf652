import { fields } from './file-options.ts'
import { type Meaning, module } from './module.ts'
import { bool, different, done, int, list, path, refused, str } from './option.ts'
import { pinned, strangeToApt } from './package-names.ts'

/** What apt-get is told beside its verb. */
interface Forcing {
  readonly force: boolean
  readonly allow_unauthenticated: boolean
  readonly allow_change_held_packages: boolean
  readonly allow_downgrade: boolean
  readonly dpkg_options: string
}

function forcing(given: Forcing): Readonly<Record<string, unknown>> {
  const { force } = given
  const words = [
    ...(force || given.allow_unauthenticated ? ['--allow-unauthenticated'] : []),
    ...(force || given.allow_downgrade ? ['--allow-downgrades'] : []),
    ...(force || given.allow_change_held_packages ? ['--allow-change-held-packages'] : []),
    ...(force ? ['--allow-remove-essential'] : []),
  ]
  return { apt_options: words, dpkg_options: given.dpkg_options.split(',').map((one) => one.trim()) }
}

function upgraded(
  upgrade: string,
  given: Forcing & { readonly update_cache: boolean | undefined; readonly autoremove: boolean },
  start_services: boolean,
): Meaning {
  return {
    kind: 'package_upgrade',
    fields: {
      how: upgrade === 'dist' || upgrade === 'full' ? 'full' : 'safe',
      refresh: given.update_cache ?? false,
      autoremove: given.autoremove,
      start_services,
      ...forcing(given),
    },
  }
}

/** ansible.builtin.apt. */
export const aptModule = module({
  name: 'apt',
  collection: 'ansible.builtin',
  summary: 'Packages of Debian and its like.',
  options: {
    name: done(list({ aliases: ['package', 'pkg'] })),
    state: different(
      'build-dep and fixed are refused',
      str({ choices: ['absent', 'build-dep', 'latest', 'present', 'fixed'], default: 'present' }),
    ),
    update_cache: different(
      'lists are fetched when a package is missing or to be the latest and they are older than a day; alone it fetches them',
      bool(undefined, { aliases: ['update-cache'] }),
    ),
    update_cache_retries: different('apt-get tries by itself', int({ default: 5 })),
    update_cache_retry_max_delay: different('apt-get tries by itself', int({ default: 12 })),
    cache_valid_time: different('counts where lists alone are fetched', int({ default: 0 })),
    purge: done(bool(false)),
    default_release: done(str({ aliases: ['default-release'] })),
    install_recommends: done(bool(undefined, { aliases: ['install-recommends'] })),
    force: done(bool(false)),
    clean: different(
      'in a task of its own; nothing is changed where there is nothing to delete',
      bool(false),
    ),
    allow_unauthenticated: done(bool(false, { aliases: ['allow-unauthenticated'] })),
    allow_downgrade: different(
      'a version that is asked for is taken back to in any case',
      bool(false, { aliases: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'] }),
    ),
    allow_change_held_packages: done(bool(false)),
    upgrade: done(str({ choices: ['dist', 'full', 'no', 'safe', 'yes'], default: 'no' })),
    dpkg_options: done(str({ default: 'force-confdef,force-confold' })),
    deb: done(path()),
    autoremove: done(bool(false)),
    autoclean: different(
      'as in Ansible where no package is named; together with autoremove both are done',
      bool(false),
    ),
    policy_rc_d: different(
      '101: services that packages bring are not started; others are left to the policy of the machine',
      int(),
    ),
    only_upgrade: done(bool(false)),
    fail_on_autoremove: refused('look at the plan', bool(false)),
    force_apt_get: different('apt-get is what is used', bool(false)),
    lock_timeout: different('another package manager is waited for, up to ten minutes', int({ default: 60 })),
  },
  means: (given) => {
    const { name: names = [], state, upgrade, deb } = given
    if (state === 'build-dep' || state === 'fixed')
      return { option: 'state', refused: `state ${state} is not supported: run apt-get with "command"` }
    const starts = given.policy_rc_d !== 101
    const isAlone = names.length === 0 && deb === undefined && (upgrade === 'no' || upgrade === 'False')
    if (given.clean && !isAlone) return { option: 'clean', refused: 'give it a task of its own' }
    if (deb !== undefined)
      return { kind: 'package_file', fields: { file: deb, start_services: starts, ...forcing(given) } }
    if (upgrade !== 'no' && upgrade !== 'False') return upgraded(upgrade, given, starts)
    if (names.length === 1 && names[0] === '*' && state === 'latest') return upgraded('full', given, starts)
    if (names.length === 0) {
      const archives = given.clean ? 'all' : given.autoclean ? 'old' : 'none'
      if (given.autoremove || archives !== 'none')
        return { kind: 'package_leftovers', fields: { packages: given.autoremove, archives } }
      if (!given.update_cache && given.cache_valid_time === 0) return { nothing: 'no package is named' }
      return { kind: 'package_lists', fields: { max_age: given.cache_valid_time } }
    }
    const strange = names.map(strangeToApt).find((why) => why !== undefined)
    if (strange !== undefined) return { option: 'name', refused: strange }
    const asked = pinned(names)
    return {
      kind: 'package',
      fields: fields({
        name: asked.names,
        versions: asked.versions,
        state,
        purge: given.purge,
        autoremove: given.autoremove,
        only_upgrade: given.only_upgrade,
        recommends: given.install_recommends,
        release: given.default_release,
        start_services: starts,
        ...forcing(given),
      }),
    }
  },
})
