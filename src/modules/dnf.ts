import { module } from './module.ts'
import { bool, different, done, int, list, mayLack, refused, str } from './option.ts'
import { packagesOf } from './rpm-meaning.ts'

/** ansible.builtin.dnf. */
export const dnfModule = module({
  name: 'dnf',
  collection: 'ansible.builtin',
  summary: 'Packages of Red Hat and its like.',
  options: {
    name: mayLack(
      different('not needed with update_cache or autoremove', list({ aliases: ['pkg'], required: true })),
    ),
    list: refused('run "dnf list" with command', str()),
    state: done(str({ choices: ['absent', 'present', 'installed', 'removed', 'latest'] })),
    enablerepo: done(list()),
    disablerepo: done(list()),
    conf_file: done(str()),
    disable_gpg_check: different('what comes from a file or a URL is not checked in any case', bool(false)),
    installroot: refused('run dnf with "command"', str({ default: '/' })),
    releasever: done(str()),
    autoremove: done(bool(false)),
    exclude: done(list()),
    skip_broken: different('it fails where a package that is named is missing afterwards', bool(false)),
    update_cache: different(
      'dnf and yum look for newer lists by themselves',
      bool(false, { aliases: ['expire-cache'] }),
    ),
    update_only: done(bool(false)),
    security: done(bool(false)),
    bugfix: done(bool(false)),
    enable_plugin: done(list()),
    disable_plugin: done(list()),
    disable_excludes: done(str()),
    validate_certs: refused('trust the certificate with "update-ca-trust"', bool(true)),
    sslverify: done(bool(true)),
    allow_downgrade: different('a version that is asked for is taken back to in any case', bool(false)),
    install_repoquery: different('rpm is what is asked', bool(true)),
    download_only: refused('run "dnf download" with command', bool(false)),
    lock_timeout: different('another package manager is waited for, up to ten minutes', int({ default: 30 })),
    install_weak_deps: done(bool(true)),
    download_dir: refused('run "dnf download" with command', str()),
    allowerasing: done(bool(false)),
    nobest: done(bool(false)),
    cacheonly: done(bool(false)),
  },
  means: (given) => packagesOf(given),
})
