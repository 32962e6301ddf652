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
    exclude: done(list()),
    list: refused('run "dnf list" with command', str()),
    state: done(str({ choices: ['absent', 'installed', 'latest', 'present', 'removed'] })),
    enablerepo: done(list()),
    disablerepo: done(list()),
    conf_file: done(str()),
    disable_gpg_check: different('what comes from a file or a URL is not checked in any case', bool(false)),
    skip_broken: different('it fails where a package that is named is missing afterwards', bool(false)),
    update_cache: different(
      'dnf and yum look for newer lists by themselves',
      bool(false, { aliases: ['expire-cache'] }),
    ),
    validate_certs: refused('trust the certificate with "update-ca-trust"', bool(true)),
    sslverify: done(bool(true)),
    update_only: done(bool(false)),
    installroot: refused('run dnf with "command"', str({ default: '/' })),
    security: done(bool(false)),
    bugfix: done(bool(false)),
    allow_downgrade: different('a version that is asked for is taken back to in any case', bool(false)),
    enable_plugin: done(list()),
    disable_plugin: done(list()),
    releasever: done(str()),
    autoremove: done(bool(false)),
    disable_excludes: done(str()),
    download_only: refused('run "dnf download" with command', bool(false)),
    lock_timeout: different('another package manager is waited for, up to ten minutes', int({ default: 30 })),
    install_weak_deps: done(bool(true)),
    download_dir: refused('run "dnf download" with command', str()),
    install_repoquery: different('rpm is what is asked', bool(true)),
    cacheonly: done(bool(false)),
  },
  means: (given) => packagesOf(given),
})
