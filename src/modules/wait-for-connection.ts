import { module } from './module.ts'
import { done, int } from './option.ts'

/** ansible.builtin.wait_for_connection. */
export const waitForConnectionModule = module({
  name: 'wait_for_connection',
  collection: 'ansible.builtin',
  summary: 'Waits until a machine can be worked on: as the first task, also before anything is asked there.',
  options: {
    connect_timeout: done(int({ default: 5 })),
    delay: done(int({ default: 0 })),
    sleep: done(int({ default: 1 })),
    timeout: done(int({ default: 600 })),
  },
  means: ({ connect_timeout, delay, sleep, timeout }) => ({
    kind: 'awaited_connection',
    fields: { connect_timeout, delay, sleep, timeout },
  }),
})
