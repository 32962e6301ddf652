import { module } from './module.ts'
import { different, path } from './option.ts'

/** ansible.builtin.slurp. */
export const slurpModule = module({
  name: 'slurp',
  collection: 'ansible.builtin',
  summary: 'What a file holds.',
  options: {
    src: different('45000 bytes at most', path({ aliases: ['path'], required: true })),
  },
  means: ({ src }) => ({ kind: 'asked_content', fields: { path: src } }),
})
