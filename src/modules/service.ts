import { module } from './module.ts'
import { bool, done, int, refused, str } from './option.ts'
import { serviceOf, wordsOfServices } from './service-meaning.ts'

/** ansible.builtin.service. */
export const serviceModule = module({
  name: 'service',
  collection: 'ansible.builtin',
  shorthand: 'name',
  summary: 'A service that runs or not, and starts at boot or not.',
  options: {
    name: done(str({ required: true })),
    state: done(str({ choices: ['reloaded', 'restarted', 'started', 'stopped'] })),
    sleep: refused('a service is restarted by systemd', int()),
    pattern: refused('systemd knows whether it runs', str()),
    enabled: done(bool()),
    runlevel: refused('systemd has none', str({ default: 'default' })),
    arguments: refused('write them to the unit, or to a file that it reads', str({ aliases: ['args'] })),
    use: refused('systemd is what is used', str({ default: 'auto' })),
    ...wordsOfServices,
  },
  means: (given) => serviceOf(given),
})
