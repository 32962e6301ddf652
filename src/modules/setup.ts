import { module } from './module.ts'
import { different, int, list, path, refused } from './option.ts'

/** ansible.builtin.setup. */
export const setupModule = module({
  name: 'setup',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Facts of a machine: they come with every inspection.',
  options: {
    gather_subset: different('what is used is asked', list({ default: 'all' })),
    gather_timeout: different('facts come with every inspection', int({ default: 10 })),
    filter: different('what is used is asked', list({ default: [] })),
    fact_path: refused('put the files into /etc/ansible/facts.d', path({ default: '/etc/ansible/facts.d' })),
  },
  means: () => ({ nothing: 'facts come with every inspection' }),
})
