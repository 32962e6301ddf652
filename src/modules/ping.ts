import { module } from './module.ts'
import { refused, str } from './option.ts'

/** ansible.builtin.ping. */
export const pingModule = module({
  name: 'ping',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Whether a machine can be worked on: every run asks.',
  options: {
    data: refused('leave it away', str({ default: 'pong' })),
  },
  means: () => ({ nothing: 'every run asks' }),
})
