import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, path, refused, str } from './option.ts'

/** community.general.haproxy. */
export const haproxyModule = module({
  name: 'haproxy',
  collection: 'community.general',
  summary: 'A server of a running HAProxy, in service or out of it until its next start.',
  options: {
    backend: done(str()),
    drain: done(bool(false)),
    host: done(str({ required: true })),
    shutdown_sessions: done(bool(false)),
    socket: done(path({ default: '/var/run/haproxy.sock' })),
    state: done(str({ choices: ['disabled', 'drain', 'enabled'], required: true })),
    agent: refused('name it in the configuration', bool(false)),
    health: refused('in maintenance it is not checked', bool(false)),
    fail_on_not_found: done(bool(false)),
    wait: done(bool(false)),
    wait_interval: done(int({ default: 5 })),
    wait_retries: done(int({ default: 25 })),
    weight: different('a number; a share is refused', str()),
  },
  means: (given) => {
    const { backend, host: server, state, weight, socket } = given
    if (weight !== undefined && !/^\d+$/.test(weight))
      return { option: 'weight', refused: 'must be a number of 0 to 256' }
    return {
      kind: 'haproxy_server_state',
      fields: fields({
        socket,
        backend,
        server,
        state: state === 'enabled' ? 'ready' : state === 'drain' ? 'drain' : 'maintenance',
        weight: weight === undefined ? undefined : Number(weight),
        drains_first: given.drain,
        shuts_sessions: given.shutdown_sessions,
        waits: given.wait,
        attempts: given.wait_retries,
        interval: given.wait_interval,
        must_exist: given.fail_on_not_found,
      }),
    }
  },
})
