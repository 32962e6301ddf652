import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'

/** ansible.builtin.pause. */
export const pauseModule = module({
  name: 'pause',
  collection: 'ansible.builtin',
  summary: 'Waits, or has somebody at the terminal say that the run may go on.',
  options: {
    minutes: done(str()),
    seconds: done(str()),
    prompt: done(str()),
    echo: different('what is typed unseen is a secret: nothing shows it later', bool(true)),
  },
  means: ({ minutes, seconds, prompt, echo }) => ({
    kind: 'pause',
    fields: { minutes, seconds, prompt, echo },
  }),
})
