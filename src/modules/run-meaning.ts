import { z } from 'zod'
import { fields } from './file-options.ts'
import type { Meaning } from './module.ts'
import { bool, ours, oursAs, str } from './option.ts'

/** Options of ours that whatever runs something has. */
export const wordsOfRuns = {
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
  warn: ours('Without effect, as in Ansible before it was taken away there.', bool(true)),
  always: ours('It runs in every run, as it does where nothing else is said.', bool(false)),
}

/** What modules that run something are told. */
export interface RunArguments {
  readonly cmd?: string | undefined
  readonly free_form?: string | undefined
  readonly argv?: readonly string[] | undefined
  readonly command?: string | readonly string[] | undefined
  readonly creates?: string | undefined
  readonly removes?: string | undefined
  readonly chdir?: string | undefined
  readonly executable?: string | undefined
  readonly stdin?: string | undefined
  readonly stdin_add_newline?: boolean
  readonly unless?: string | undefined
  readonly onlyif?: string | undefined
  readonly changed_when?: false | undefined
  readonly always?: boolean
}

/** A command as Ansible has it: in every run, unless something says that it has run already. */
export function runOf(kind: 'command' | 'shell', given: RunArguments): Meaning {
  const { chdir, executable, stdin, stdin_add_newline, changed_when } = given
  const said = [given.cmd, given.free_form, given.argv, given.command].filter((one) => one !== undefined)
  const [what] = said
  if (what === undefined || what.length === 0) return { refused: 'say what is to run' }
  if (said.length > 1)
    return { refused: 'what is to run is said twice: give "cmd", "argv" or the words behind the name' }
  const creates = inside(chdir, given.creates)
  const removes = inside(chdir, given.removes)
  // A pattern is what a shell can look for.
  const [made, gone] = [creates, removes].map((one) => (isPattern(one) ? glob(one) : undefined))
  const unless = either(made, given.unless)
  const onlyif = both(gone, given.onlyif)
  const guards = [creates, removes, unless, onlyif, changed_when]
  const shell = kind === 'shell' && executable !== undefined && typeof what === 'string'
  return {
    kind: shell ? 'command' : kind,
    fields: fields({
      command: shell ? [executable, '-c', what] : what,
      expand: kind === 'command' ? true : undefined,
      chdir,
      creates: made === undefined ? creates : undefined,
      removes: gone === undefined ? removes : undefined,
      unless,
      onlyif,
      changed_when,
      always: given.always || guards.every((one) => one === undefined),
      stdin:
        stdin === undefined
          ? undefined
          : `${stdin}${stdin_add_newline === false || stdin.endsWith('\n') ? '' : '\n'}`,
    }),
  }
}

/** A path that begins where the command runs. */
function inside(chdir: string | undefined, path: string | undefined): string | undefined {
  return path === undefined || path.startsWith('/') || chdir === undefined
    ? path
    : `${chdir.replace(/\/$/, '')}/${path}`
}

function isPattern(path: string | undefined): path is string {
  return path !== undefined && /[*?[]/.test(path)
}

function either(one: string | undefined, other: string | undefined): string | undefined {
  return one !== undefined && other !== undefined ? `{ ${one}\n} || { ${other}\n}` : (one ?? other)
}

function both(one: string | undefined, other: string | undefined): string | undefined {
  return one !== undefined && other !== undefined ? `{ ${one}\n} && { ${other}\n}` : (one ?? other)
}

function glob(pattern: string): string {
  const words = pattern.replaceAll(/[^A-Za-z0-9_/.*?[\]-]/g, '\\$&')
  return `ls -d ${words} >/dev/null 2>&1`
}
