import { module } from './module.ts'
import { done, str } from './option.ts'

/** community.general.locale_gen. */
export const localeGenModule = module({
  name: 'locale_gen',
  collection: 'community.general',
  summary: 'A locale that programs can be given.',
  options: {
    name: done(str({ required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
  },
  means: ({ name, state }) => ({ kind: 'locale', fields: { name, state } }),
})
