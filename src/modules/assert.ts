import { module } from './module.ts'
import { bool, done, list, str } from './option.ts'

/** ansible.builtin.assert. */
export const assertModule = module({
  name: 'assert',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Ends the run on a machine where something does not hold.',
  options: {
    that: done(list({ required: true })),
    fail_msg: done(str({ aliases: ['msg'] })),
    success_msg: done(str()),
    quiet: done(bool(false)),
  },
  means: () => ({ refused: 'write it in a playbook: it is the run itself that does it' }),
})
