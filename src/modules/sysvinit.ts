import { module } from './module.ts'
import { bool, done, int, list, refused, str } from './option.ts'
import { serviceOf } from './service-meaning.ts'

/** ansible.builtin.sysvinit. */
export const sysvinitModule = module({
  name: 'sysvinit',
  collection: 'ansible.builtin',
  summary: 'A service that runs or not, and starts at boot or not.',
  options: {
    name: done(str({ aliases: ['service'], required: true })),
    state: done(str({ choices: ['started', 'stopped', 'restarted', 'reloaded'] })),
    enabled: done(bool()),
    sleep: refused('a service is restarted by systemd', int({ default: 1 })),
    pattern: refused('systemd knows whether it runs', str()),
    runlevels: refused('systemd has none', list()),
    arguments: refused('write them to the unit, or to a file that it reads', str({ aliases: ['args'] })),
    daemonize: refused('systemd minds its daemons', bool(false)),
  },
  means: (given) => serviceOf(given),
})
