import { module } from './module.ts'
import { done, list, str } from './option.ts'

/** ansible.builtin.add_host. */
export const addHostModule = module({
  name: 'add_host',
  collection: 'ansible.builtin',
  open: true,
  byEngine: 'not yet',
  summary: 'Adds a machine to the inventory while a run goes on.',
  options: {
    name: done(str({ aliases: ['host', 'hostname'], required: true })),
    groups: done(list({ aliases: ['group', 'groupname'] })),
  },
  means: () => ({
    refused:
      'the hosts of all plays are known before anything is asked: write it to the inventory, or have a program print that, and make two runs where the first one makes the machine',
  }),
})
