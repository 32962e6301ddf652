import { module } from './module.ts'
import { different, str } from './option.ts'

/** ansible.builtin.ping. */
export const pingModule = module({
  name: 'ping',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Whether a machine can be worked on: every run asks.',
  options: {
    data: different('the answer is `pong` in any case', str({ default: 'pong' })),
  },
  means: () => ({ nothing: 'every run asks' }),
})
