import { module } from './module.ts'
import { bool, different, done, list, path, str } from './option.ts'
import { runOf, wordsOfRuns } from './run-meaning.ts'

/** ansible.builtin.command. */
export const commandModule = module({
  name: 'command',
  collection: 'ansible.builtin',
  freeForm: 'cmd',
  shorthand: 'command',
  summary: 'A program, run without a shell.',
  options: {
    free_form: different('what stands behind the name', str()),
    cmd: done(str()),
    argv: done(list()),
    creates: done(path()),
    removes: done(path()),
    chdir: done(path()),
    stdin: done(str()),
    stdin_add_newline: done(bool(true)),
    strip_empty_ends: different('the ends of the last lines are left out in any case', bool(true)),
    ...wordsOfRuns,
  },
  means: (given) => runOf('command', given),
})
