import { module } from './module.ts'
import { done, int, str } from './option.ts'

/** ansible.builtin.debug. */
export const debugModule = module({
  name: 'debug',
  collection: 'ansible.builtin',
  freeForm: 'msg',
  byEngine: 'done',
  summary: 'Prints something while a run goes on.',
  options: {
    msg: done(str({ default: 'Hello world!' })),
    var: done(str()),
    verbosity: done(int({ default: 0 })),
  },
  means: () => ({ refused: 'write it in a playbook: it is the run itself that does it' }),
})
