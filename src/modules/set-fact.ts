import { module } from './module.ts'
import { bool, done, mayLack, refused, str } from './option.ts'

/** ansible.builtin.set_fact. */
export const setFactModule = module({
  name: 'set_fact',
  collection: 'ansible.builtin',
  open: true,
  byEngine: 'done',
  summary: 'Sets variables while a run goes on.',
  options: {
    key_value: mayLack(done(str({ required: true }))),
    cacheable: refused('nothing is kept from one run to the next', bool(false)),
  },
  means: () => ({ refused: 'write it in a playbook: it is the run itself that does it' }),
})
