import { module } from './module.ts'
import { done, str } from './option.ts'

/** ansible.builtin.fail. */
export const failModule = module({
  name: 'fail',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Ends the run on a machine.',
  options: {
    msg: done(str({ default: 'Failed as requested from task' })),
  },
  means: () => ({ refused: 'write it in a playbook: it is the run itself that does it' }),
})
