import { fields } from './file-options.ts'
import { module } from './module.ts'
import { done, path, str } from './option.ts'

/** ansible.builtin.tempfile. */
export const tempfileModule = module({
  name: 'tempfile',
  collection: 'ansible.builtin',
  summary: 'A file or directory with a name that is new in every run: what it is shows when it is made.',
  options: {
    state: done(str({ choices: ['directory', 'file'], default: 'file' })),
    path: done(path()),
    prefix: done(str({ default: 'ansible.' })),
    suffix: done(str({ default: '' })),
  },
  means: ({ state, path, prefix, suffix }) => ({
    kind: 'temporary',
    fields: fields({ state, path: path?.replace(/(?<=.)\/+$/, ''), prefix, suffix }),
  }),
})
