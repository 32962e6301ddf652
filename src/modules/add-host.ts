import { module } from './module.ts'
import { done, list, str } from './option.ts'

/** ansible.builtin.add_host. */
export const addHostModule = module({
  name: 'add_host',
  collection: 'ansible.builtin',
  open: true,
  byEngine: 'done',
  summary: 'Adds a machine to the inventory while a run goes on.',
  options: {
    name: done(str({ aliases: ['host', 'hostname'], required: true })),
    groups: done(list({ aliases: ['group', 'groupname'] })),
  },
  means: () => ({
    refused: 'write it in a playbook: it is the run itself that does it',
  }),
})
