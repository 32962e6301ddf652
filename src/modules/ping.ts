import { module } from './module.ts'
import { done, str } from './option.ts'

/** ansible.builtin.ping. */
export const pingModule = module({
  name: 'ping',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Whether a machine can be worked on: every run asks.',
  options: {
    data: done(str({ default: 'pong' })),
  },
  means: ({ data }) =>
    data === 'crash'
      ? { option: 'data', refused: 'is for tests of Ansible itself' }
      : { nothing: 'every run asks', told: { ping: data } },
})
