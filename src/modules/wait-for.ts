import { module } from './module.ts'
import { done, int, list, path, str } from './option.ts'

/** ansible.builtin.wait_for. */
export const waitForModule = module({
  name: 'wait_for',
  collection: 'ansible.builtin',
  byEngine: 'not yet',
  summary: 'Waits for a port, a file or a text in it.',
  options: {
    host: done(str({ default: '127.0.0.1' })),
    timeout: done(int({ default: 300 })),
    connect_timeout: done(int({ default: 5 })),
    delay: done(int({ default: 0 })),
    port: done(int()),
    active_connection_states: done(
      list({ default: ['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'] }),
    ),
    state: done(str({ choices: ['absent', 'drained', 'present', 'started', 'stopped'], default: 'started' })),
    path: done(path()),
    search_regex: done(str()),
    exclude_hosts: done(list()),
    sleep: done(int({ default: 1 })),
    msg: done(str()),
  },
  means: () => ({ refused: 'wait in a command: until … ; do sleep 1; done' }),
})
