import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, int, list, mayLack, ours, refused, str, words } from './option.ts'
import { pinned, strangeToRpm } from './package-names.ts'

const handed = 'As Ansible hands it on to'

/** ansible.builtin.package. */
export const packageModule = module({
  name: 'package',
  collection: 'ansible.builtin',
  shorthand: 'name',
  summary: 'Packages, by whatever manager the machine has.',
  options: {
    name: mayLack(different('`pkg` stands for it, too', words({ required: true }))),
    state: mayLack(different('`present` where it is not said', str({ required: true }))),
    use: refused('the machine has one package manager, which is used', str({ default: 'auto' })),
    version: ours('This version and no other, of the one package named.', str()),
    start_services: ours(
      'Whether services that they bring start at once, as their distribution has it.',
      bool(true),
    ),
    pkg: ours('Another word for name.', list()),
    update_cache: ours(`${handed} apt; dnf and yum look for newer lists by themselves.`, bool()),
    cache_valid_time: ours(`${handed} apt: counts where lists alone are fetched.`, int()),
    purge: ours(`${handed} apt.`, bool(false)),
    autoremove: ours(`${handed} apt, dnf and yum.`, bool(false)),
    install_recommends: ours(`${handed} apt.`, bool()),
    default_release: ours(`${handed} apt.`, str()),
    only_upgrade: ours(`${handed} apt.`, bool(false)),
    allow_downgrade: ours('A version that is asked for is taken back to in any case.', bool(false)),
    lock_timeout: ours('Another package manager is waited for, up to ten minutes.', int()),
    enablerepo: ours(`${handed} dnf and yum.`, list()),
    disablerepo: ours(`${handed} dnf and yum.`, list()),
    exclude: ours(`${handed} dnf and yum.`, list()),
    disable_plugin: ours(`${handed} dnf and yum.`, list()),
    enable_plugin: ours(`${handed} dnf and yum.`, list()),
    disable_gpg_check: ours(`${handed} dnf and yum.`, bool(false)),
  },
  means: (given) => {
    const { name: named, pkg, state: asked, version, start_services } = given
    const states: Readonly<Record<string, string>> = { installed: 'present', removed: 'absent' }
    const state = states[asked ?? ''] ?? asked
    const each = (word: string, values: readonly string[] = []) => values.map((one) => `--${word}=${one}`)
    const rpm_options = [
      ...each('exclude', given.exclude),
      ...each('enableplugin', given.enable_plugin),
      ...each('disableplugin', given.disable_plugin),
      ...(given.disable_gpg_check ? ['--nogpgcheck'] : []),
    ]
    const name = named ?? pkg ?? []
    if (name.length === 0) {
      if (given.autoremove) return { kind: 'package_leftovers', fields: {} }
      if (given.update_cache)
        return { kind: 'package_lists', fields: fields({ max_age: given.cache_valid_time }) }
      return { option: 'name', refused: 'say which packages: "name" is missing in package' }
    }
    if (name.length === 1 && name[0] === '*' && state === 'latest') {
      const refresh = given.update_cache ?? false
      const repositories = [
        ...each('enablerepo', given.enablerepo),
        ...each('disablerepo', given.disablerepo),
      ]
      return {
        kind: 'package_upgrade',
        fields: {
          how: 'full',
          refresh,
          autoremove: given.autoremove,
          start_services,
          rpm_options: [...rpm_options, ...repositories],
        },
      }
    }
    const [first = ''] = name
    if (/^(https?|ftp):|\.(rpm|deb)$/.test(first)) {
      if (name.length > 1)
        return { option: 'name', refused: 'several packages from files: give each a task of its own' }
      if (state === 'absent')
        return { option: 'name', refused: 'name the package, not its file, to remove it' }
      return { kind: 'package_file', fields: { file: first, start_services, rpm_options } }
    }
    const { names, versions } = pinned(name)
    const strange = names.map(strangeToRpm).find((why) => why !== undefined)
    if (strange !== undefined) return { option: 'name', refused: strange }
    return {
      kind: 'package',
      fields: fields({
        name: names,
        versions,
        state,
        version,
        start_services,
        purge: given.purge,
        autoremove: given.autoremove,
        only_upgrade: given.only_upgrade,
        recommends: given.install_recommends,
        release: given.default_release,
        enable_repositories: given.enablerepo,
        disable_repositories: given.disablerepo,
        rpm_options,
      }),
    }
  },
})
