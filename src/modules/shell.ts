import { module } from './module.ts'
import { bool, different, done, path, str } from './option.ts'
import { runOf, wordsOfRuns } from './run-meaning.ts'

/** ansible.builtin.shell. */
export const shellModule = module({
  name: 'shell',
  collection: 'ansible.builtin',
  freeForm: 'cmd',
  shorthand: 'command',
  summary: 'A script for a shell.',
  options: {
    free_form: different('what stands behind the name', str()),
    cmd: done(str()),
    creates: done(path()),
    removes: done(path()),
    chdir: done(path()),
    executable: different('the shell that is to read it', path()),
    stdin: done(str()),
    stdin_add_newline: done(bool(true)),
    ...wordsOfRuns,
  },
  means: (given) => runOf('shell', given),
})
