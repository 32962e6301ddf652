import { module } from './module.ts'
import { bool, different, done, int, mayLack, ours, refused, str } from './option.ts'
import { serviceOf, wordsOfServices } from './service-meaning.ts'

/** ansible.builtin.service. */
export const serviceModule = module({
  name: 'service',
  collection: 'ansible.builtin',
  shorthand: 'name',
  summary: 'A service that runs or not, and starts at boot or not.',
  options: {
    name: mayLack(different('not needed with daemon_reload alone', str({ required: true }))),
    state: done(str({ choices: ['reloaded', 'restarted', 'started', 'stopped'] })),
    sleep: different('without effect, as in Ansible where systemd runs', int()),
    pattern: different('without effect, as in Ansible where systemd runs', str()),
    enabled: done(bool()),
    runlevel: different('without effect, as in Ansible where systemd runs', str({ default: 'default' })),
    arguments: different('without effect, as in Ansible where systemd runs', str({ aliases: ['args'] })),
    use: refused('systemd is what is used', str({ default: 'auto' })),
    daemon_reload: ours('As Ansible hands it on to systemd.', bool(false)),
    masked: ours('As Ansible hands it on to systemd.', bool()),
    ...wordsOfServices,
  },
  means: (given) => serviceOf(given),
})
