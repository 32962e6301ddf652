import { module } from './module.ts'
import { bool, different, done, int, list, refused, str } from './option.ts'
import { packagesOf } from './rpm-meaning.ts'

/** ansible.builtin.yum. */
export const yumModule = module({
  name: 'yum',
  collection: 'ansible.builtin',
  summary: 'Packages of Red Hat and its like.',
  options: {
    use_backend: different(
      'dnf is used where there is one, yum elsewhere',
      str({ choices: ['auto', 'yum', 'yum4', 'dnf'], default: 'auto' }),
    ),
    name: done(list({ aliases: ['pkg'] })),
    exclude: refused('name the packages that are meant', list()),
    list: refused('run "dnf list" with command', str()),
    state: done(str({ choices: ['absent', 'installed', 'latest', 'present', 'removed'] })),
    enablerepo: done(list()),
    disablerepo: done(list()),
    conf_file: refused('write it to /etc/dnf/dnf.conf', str()),
    disable_gpg_check: refused('import the key with rpm_key', bool(false)),
    skip_broken: refused('name the packages that can be installed', bool(false)),
    update_cache: different(
      'dnf and yum look for newer lists by themselves',
      bool(false, { aliases: ['expire-cache'] }),
    ),
    validate_certs: refused('trust the certificate with "update-ca-trust"', bool(true)),
    sslverify: refused('set sslverify with yum_repository', bool(true)),
    update_only: done(bool(false)),
    installroot: refused('run dnf with "command"', str({ default: '/' })),
    security: refused('run "dnf upgrade --security" with command', bool(false)),
    bugfix: refused('run "dnf upgrade --bugfix" with command', bool(false)),
    allow_downgrade: different('a version that is asked for is taken back to in any case', bool(false)),
    enable_plugin: refused('write it to /etc/dnf/plugins', list()),
    disable_plugin: refused('write it to /etc/dnf/plugins', list()),
    releasever: refused('write it to /etc/dnf/vars/releasever', str()),
    autoremove: done(bool(false)),
    disable_excludes: refused('write excludes with yum_repository', str()),
    download_only: refused('run "dnf download" with command', bool(false)),
    lock_timeout: different('another package manager is waited for, up to ten minutes', int({ default: 30 })),
    install_weak_deps: done(bool(true)),
    download_dir: refused('run "dnf download" with command', str()),
    install_repoquery: different('rpm is what is asked', bool(true)),
    cacheonly: refused('run "dnf -C" with command', bool(false)),
  },
  means: (given) => packagesOf(given),
})
