import { fields } from './file-options.ts'
import { module } from './module.ts'
import { different, done, path, str } from './option.ts'

/** community.general.supervisorctl. */
export const supervisorctlModule = module({
  name: 'supervisorctl',
  collection: 'community.general',
  summary: 'A program that supervisor runs: plans ask it.',
  options: {
    name: done(str({ required: true })),
    config: done(path()),
    server_url: done(str()),
    username: done(str()),
    password: different(
      'no other user sees it on a command line, so "server_url" must be said, too, and not "config"',
      str({ secret: true }),
    ),
    state: done(
      str({
        choices: ['present', 'started', 'stopped', 'restarted', 'absent', 'signalled'],
        required: true,
      }),
    ),
    signal: done(str()),
    supervisorctl_path: done(path()),
  },
  means: ({ name, config, server_url, username, password, state, signal, supervisorctl_path }) => {
    if (state === 'signalled' && signal === undefined) return { refused: 'say which "signal"' }
    if (password !== undefined && (server_url === undefined || config !== undefined))
      return { option: 'password', refused: 'say "server_url" with it, and no "config"' }
    return {
      kind: 'supervised',
      fields: fields({
        name,
        state,
        signal,
        config,
        url: server_url,
        username,
        password,
        executable: supervisorctl_path,
      }),
    }
  },
})
