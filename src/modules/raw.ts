import { module } from './module.ts'
import { different, str } from './option.ts'
import { runOf } from './run-meaning.ts'

/** ansible.builtin.raw. */
export const rawModule = module({
  name: 'raw',
  collection: 'ansible.builtin',
  freeForm: 'free_form',
  summary: 'A script for a shell, as it is.',
  options: {
    free_form: different('what stands behind the name', str({ required: true })),
    executable: different('the shell that is to read it', str()),
  },
  means: (given) => runOf('shell', given),
})
