import { fields } from './file-options.ts'
import { module } from './module.ts'
import { done, int, items, path, refused, str } from './option.ts'

/** community.general.alternatives. */
export const alternativesModule = module({
  name: 'alternatives',
  collection: 'community.general',
  summary: 'Which of several programs is meant by a name.',
  options: {
    name: done(str({ required: true })),
    path: done(path({ required: true })),
    link: done(path()),
    priority: done(int()),
    state: done(str({ choices: ['present', 'selected', 'auto', 'absent'], default: 'selected' })),
    subcommands: refused(
      'run update-alternatives --slave with "command"',
      items('dict', { aliases: ['slaves'] }),
    ),
  },
  means: ({ name, path, link, priority, state }) => ({
    kind: 'alternative',
    fields: fields({ name, path, link, priority, state }),
  }),
})
