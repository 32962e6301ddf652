import { module } from './module.ts'
import { done, int, str } from './option.ts'

/** ansible.builtin.debug. */
export const debugModule = module({
  name: 'debug',
  collection: 'ansible.builtin',
  freeForm: 'msg',
  byEngine: true,
  summary: 'Prints something while a run goes on.',
  options: {
    msg: done(str({ default: 'Hello world!' })),
    var: done(str()),
    verbosity: done(int({ default: 0 })),
  },
  means: () => ({
    refused: 'remove it: "understudy inventory --host NAME" shows variables, "plan" what they lead to',
  }),
})
