import { fields } from './file-options.ts'
import { module } from './module.ts'
import { dict, done, int, path, str } from './option.ts'

/** community.general.make. */
export const makeModule = module({
  name: 'make',
  collection: 'community.general',
  summary: 'A target of a Makefile.',
  options: {
    chdir: done(path({ required: true })),
    file: done(path()),
    jobs: done(int()),
    make: done(path()),
    params: done(dict()),
    target: done(str()),
  },
  means: ({ chdir, file, jobs, make, params, target }) => ({
    kind: 'made_target',
    fields: fields({
      chdir,
      file,
      jobs,
      make,
      target,
      params:
        params && Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    }),
  }),
})
