import { module } from './module.ts'

/** ansible.builtin.service_facts. */
export const serviceFactsModule = module({
  name: 'service_facts',
  collection: 'ansible.builtin',
  summary: 'All services of a machine, of systemd and of System V, as facts: plans know them, too.',
  gathers: () => ['services'],
  options: {},
  means: () => ({ kind: 'service_facts', fields: {} }),
})
