import { z } from 'zod'
import { module } from './module.ts'
import { bool, different, done, list, ours, oursAs, path, str } from './option.ts'
import { runOf } from './run-meaning.ts'

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
    strip_empty_ends: different('what was printed is kept as it is', bool(true)),
    command: oursAs(
      'Another word for cmd; a list is a program with its arguments.',
      z.union([z.string(), z.array(z.string())]),
    ),
    unless: ours('It has run already where this line of shell succeeds. Read-only: plans run it too.', str()),
    onlyif: ours('It has run already where this line of shell fails. Read-only: plans run it too.', str()),
    changed_when: oursAs(
      '`false`: it only asks. Plans run it too, and `register` has its answer.',
      z.literal(false),
    ),
    always: ours('It runs in every run, as it does where nothing else is said.', bool(false)),
  },
  means: (given) => runOf('command', given),
})
