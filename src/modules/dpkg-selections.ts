import { module } from './module.ts'
import { done, str } from './option.ts'

/** ansible.builtin.dpkg_selections. */
export const dpkgSelectionsModule = module({
  name: 'dpkg_selections',
  collection: 'ansible.builtin',
  summary: 'What dpkg is to want of a package.',
  options: {
    name: done(str({ required: true })),
    selection: done(str({ choices: ['install', 'hold', 'deinstall', 'purge'], required: true })),
  },
  means: ({ name, selection }) => ({ kind: 'dpkg_selection', fields: { name, selection } }),
})
