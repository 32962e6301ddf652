import { module } from './module.ts'
import { bool, different } from './option.ts'

/** ansible.builtin.gather_facts. */
export const gatherFactsModule = module({
  name: 'gather_facts',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Facts of a machine: they come with every inspection.',
  options: {
    parallel: different('facts come with every inspection', bool()),
  },
  means: () => ({ nothing: 'facts come with every inspection' }),
})
