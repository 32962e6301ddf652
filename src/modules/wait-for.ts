import { module } from './module.ts'
import { different, done, int, list, path, refused, str } from './option.ts'

/** ansible.builtin.wait_for. */
export const waitForModule = module({
  name: 'wait_for',
  collection: 'ansible.builtin',
  summary: 'Waits for a port, a file or a text in it.',
  options: {
    host: different(
      'a port of another machine needs bash or nc to be looked at',
      str({ default: '127.0.0.1' }),
    ),
    timeout: done(int({ default: 300 })),
    connect_timeout: done(int({ default: 5 })),
    delay: done(int({ default: 0 })),
    port: done(int()),
    active_connection_states: refused(
      'leave it away: `drained` is not supported',
      list({ default: ['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'] }),
    ),
    state: different(
      '`drained` is refused',
      str({ choices: ['absent', 'drained', 'present', 'started', 'stopped'], default: 'started' }),
    ),
    path: done(path()),
    search_regex: different('an extended regular expression of POSIX, looked for line by line', str()),
    exclude_hosts: refused('leave it away: `drained` is not supported', list()),
    sleep: done(int({ default: 1 })),
    msg: done(str()),
  },
  means: ({ host, timeout, connect_timeout, delay, port, state, path, search_regex, sleep, msg }) =>
    state === 'drained'
      ? { refused: 'connections are not counted: wait for them in a command', option: 'state' }
      : {
          kind: 'wait_for',
          fields: { host, timeout, connect_timeout, delay, port, state, path, search_regex, sleep, msg },
        },
})
