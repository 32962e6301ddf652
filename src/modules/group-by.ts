import { module } from './module.ts'
import { done, list, str } from './option.ts'

/** ansible.builtin.group_by. */
export const groupByModule = module({
  name: 'group_by',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Puts machines into groups by what they are.',
  options: {
    key: done(str({ required: true })),
    parents: done(list({ default: 'all' })),
  },
  means: () => ({
    refused: 'write it in a playbook: it is the run itself that does it',
  }),
})
