import { module } from './module.ts'
import { bool, done, refused, str } from './option.ts'

/** ansible.builtin.pause. */
export const pauseModule = module({
  name: 'pause',
  collection: 'ansible.builtin',
  byEngine: 'not yet',
  summary: 'Waits.',
  options: {
    minutes: done(str()),
    seconds: done(str()),
    prompt: done(str()),
    echo: refused('nobody is asked while a run goes on', bool(true)),
  },
  means: () => ({ refused: 'wait in the command that comes before' }),
})
