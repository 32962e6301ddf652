import { module } from './module.ts'
import { done, str } from './option.ts'

/** ansible.builtin.meta. */
export const metaModule = module({
  name: 'meta',
  collection: 'ansible.builtin',
  freeForm: 'free_form',
  byEngine: 'done',
  summary: 'Tells the run what to do next.',
  options: {
    free_form: done(
      str({
        choices: [
          'clear_facts',
          'clear_host_errors',
          'end_host',
          'end_play',
          'flush_handlers',
          'noop',
          'refresh_inventory',
          'reset_connection',
          'end_batch',
        ],
        required: true,
      }),
    ),
  },
  means: () => ({ refused: 'write it in a playbook: it is the run itself that does it' }),
})
