import { module } from './module.ts'
import { done, str } from './option.ts'

/** ansible.builtin.async_status. */
export const asyncStatusModule = module({
  name: 'async_status',
  collection: 'ansible.builtin',
  summary: 'What came of work that a task left running, by "async" and "poll: 0".',
  options: {
    jid: done(str({ required: true })),
    mode: done(str({ choices: ['cleanup', 'status'], default: 'status' })),
  },
  means: ({ jid, mode }) => ({ kind: 'left_job', fields: { jid, forget: mode === 'cleanup' } }),
})
