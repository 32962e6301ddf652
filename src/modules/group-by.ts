import { module } from './module.ts'
import { done, list, str } from './option.ts'

/** ansible.builtin.group_by. */
export const groupByModule = module({
  name: 'group_by',
  collection: 'ansible.builtin',
  byEngine: 'not yet',
  summary: 'Puts machines into groups by what they are.',
  options: {
    key: done(str({ required: true })),
    parents: done(list({ default: 'all' })),
  },
  means: () => ({
    refused:
      'write the groups to the inventory, or let the later play work on all hosts and give it "when" with the fact that the key was made of',
  }),
})
