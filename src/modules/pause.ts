import { module } from './module.ts'
import { bool, different, done, refused, str } from './option.ts'

/** ansible.builtin.pause. */
export const pauseModule = module({
  name: 'pause',
  collection: 'ansible.builtin',
  summary: 'Waits.',
  options: {
    minutes: done(str()),
    seconds: done(str()),
    prompt: different('nobody is asked, so a time must be given', str()),
    echo: refused('nobody is asked while a run goes on', bool(true)),
  },
  means: ({ minutes, seconds, prompt }) => ({ kind: 'pause', fields: { minutes, seconds, prompt } }),
})
