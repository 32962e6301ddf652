import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, refused, str } from './option.ts'

/** ansible.builtin.dnf. */
export const dnfModule = module({
  name: 'dnf',
  collection: 'ansible.builtin',
  summary: 'Packages of Red Hat and its like.',
  options: {
    name: done(list({ aliases: ['pkg'], required: true })),
    list: refused('run "dnf list" with command', str()),
    state: done(str({ choices: ['absent', 'present', 'installed', 'removed', 'latest'] })),
    enablerepo: done(list()),
    disablerepo: done(list()),
    conf_file: refused('write it to /etc/dnf/dnf.conf', str()),
    disable_gpg_check: refused('import the key with rpm_key', bool(false)),
    installroot: refused('run dnf with "command"', str({ default: '/' })),
    releasever: refused('write it to /etc/dnf/vars/releasever', str()),
    autoremove: done(bool(false)),
    exclude: refused('name the packages that are meant', list()),
    skip_broken: refused('name the packages that can be installed', bool(false)),
    update_cache: different(
      'dnf and yum look for newer lists by themselves',
      bool(false, { aliases: ['expire-cache'] }),
    ),
    update_only: done(bool(false)),
    security: refused('run "dnf upgrade --security" with command', bool(false)),
    bugfix: refused('run "dnf upgrade --bugfix" with command', bool(false)),
    enable_plugin: refused('write it to /etc/dnf/plugins', list()),
    disable_plugin: refused('write it to /etc/dnf/plugins', list()),
    disable_excludes: refused('write excludes with yum_repository', str()),
    validate_certs: refused('trust the certificate with "update-ca-trust"', bool(true)),
    sslverify: refused('set sslverify with yum_repository', bool(true)),
    allow_downgrade: different('a version that is asked for is taken back to in any case', bool(false)),
    install_repoquery: different('rpm is what is asked', bool(true)),
    download_only: refused('run "dnf download" with command', bool(false)),
    lock_timeout: different('another package manager is waited for, up to ten minutes', int({ default: 30 })),
    install_weak_deps: done(bool(true)),
    download_dir: refused('run "dnf download" with command', str()),
    allowerasing: refused('remove what is in the way with state: absent', bool(false)),
    nobest: refused('name the version', bool(false)),
    cacheonly: refused('run "dnf -C" with command', bool(false)),
  },
  means: (given) => {
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
  },
})
