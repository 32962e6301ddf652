import { module } from './module.ts'
import { bool, done, mayLack, refused, str } from './option.ts'

/** ansible.builtin.set_fact. */
export const setFactModule = module({
  name: 'set_fact',
  collection: 'ansible.builtin',
  open: true,
  byEngine: true,
  summary: 'Sets variables while a run goes on.',
  options: {
    key_value: mayLack(done(str({ required: true }))),
    cacheable: refused('nothing is kept from one run to the next', bool(false)),
  },
  means: () => ({ refused: 'write it under "vars:" of the play, a role or the task' }),
})
