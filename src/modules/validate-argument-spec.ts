import { module } from './module.ts'
import { dict, done } from './option.ts'

/** ansible.builtin.validate_argument_spec. */
export const validateArgumentSpec = module({
  name: 'validate_argument_spec',
  collection: 'ansible.builtin',
  byEngine: 'done',
  summary: 'Ends the run on a machine where variables are not what a specification wants.',
  options: {
    argument_spec: done(dict({ required: true })),
    provided_arguments: done(dict()),
  },
  means: () => ({ refused: 'write it in a playbook: it is the run itself that does it' }),
})
