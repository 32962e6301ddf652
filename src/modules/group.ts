import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, int, refused, str } from './option.ts'

/** ansible.builtin.group. */
export const groupModule = module({
  name: 'group',
  collection: 'ansible.builtin',
  shorthand: 'name',
  summary: 'A group of the host.',
  options: {
    name: done(str({ required: true })),
    gid: done(int()),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    system: done(bool(false)),
    local: refused('groupadd is what is used', bool(false)),
    non_unique: refused('give it a number of its own', bool(false)),
  },
  means: ({ name, gid, state, system }) => ({ kind: 'group', fields: fields({ name, gid, state, system }) }),
})
