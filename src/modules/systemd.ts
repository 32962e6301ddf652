import { module } from './module.ts'
import { bool, different, done, refused, str } from './option.ts'
import { serviceOf, wordsOfServices } from './service-meaning.ts'

/** ansible.builtin.systemd. */
export const systemdModule = module({
  name: 'systemd',
  collection: 'ansible.builtin',
  alsoCalled: ['ansible.builtin.systemd_service'],
  summary: 'A unit of systemd.',
  options: {
    name: done(str({ aliases: ['service', 'unit'] })),
    state: done(str({ choices: ['reloaded', 'restarted', 'started', 'stopped'] })),
    enabled: done(bool()),
    force: different('links in the way are replaced by systemctl only where it does so by itself', bool()),
    masked: done(bool()),
    daemon_reload: different(
      'systemd reads its files anew where they changed',
      bool(false, { aliases: ['daemon-reload'] }),
    ),
    daemon_reexec: refused(
      'run "systemctl daemon-reexec" with command',
      bool(false, { aliases: ['daemon-reexec'] }),
    ),
    scope: refused(
      'run "systemctl --user" with command',
      str({ choices: ['system', 'user', 'global'], default: 'system' }),
    ),
    no_block: different('it is waited for, and known then', bool(false)),
    ...wordsOfServices,
  },
  means: (given) => serviceOf(given),
})
