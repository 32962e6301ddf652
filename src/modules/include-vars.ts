import { module } from './module.ts'
import { bool, done, int, list, path, str } from './option.ts'

/** ansible.builtin.include_vars. */
export const includeVarsModule = module({
  name: 'include_vars',
  collection: 'ansible.builtin',
  freeForm: 'file',
  byEngine: 'done',
  summary: 'Takes variables from files.',
  options: {
    file: done(path()),
    dir: done(path()),
    name: done(str()),
    depth: done(int({ default: 0 })),
    files_matching: done(str()),
    ignore_files: done(list()),
    extensions: done(list({ default: ['json', 'yaml', 'yml'] })),
    ignore_unknown_extensions: done(bool(false)),
    hash_behaviour: done(str({ choices: ['replace', 'merge'] })),
    'free-form': done(str()),
  },
  means: () => ({ refused: 'write it in a playbook: it is the run itself that does it' }),
})
