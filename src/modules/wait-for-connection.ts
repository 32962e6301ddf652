import { module } from './module.ts'
import { done, int } from './option.ts'

/** ansible.builtin.wait_for_connection. */
export const waitForConnectionModule = module({
  name: 'wait_for_connection',
  collection: 'ansible.builtin',
  byEngine: 'not yet',
  summary: 'Waits until a machine can be worked on.',
  options: {
    connect_timeout: done(int({ default: 5 })),
    delay: done(int({ default: 0 })),
    sleep: done(int({ default: 1 })),
    timeout: done(int({ default: 600 })),
  },
  means: () => ({ refused: 'remove it: a machine that restarts is connected to anew' }),
})
