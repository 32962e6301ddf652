import type { Candidate } from './candidate.ts'
import type { Line } from './line.ts'

type Source = (line: Line) => Promise<readonly Candidate[]>

/** What stands behind flags; files behind all others whose value is one. */
const byFlag: Readonly<Record<string, Source>> = {
  '--inventory': async ({ typed }) => (await import('./inventories.ts')).inventoriesFrom(typed),
  '--limit': async (line) => (await import('./names.ts')).patterns(line),
  '--host': async (line) => (await import('./names.ts')).hosts(line),
  '--on': async (line) => (await import('./names.ts')).realservers(line),
  '--vip': async (line) => (await import('./names.ts')).vips(line),
  '--drill': async (line) => inList(line.typed, await (await import('./names.ts')).drills(line)),
  '--module': async () => (await import('./names.ts')).kinds(),
  '--architecture': async () => (await import('./inventories.ts')).architectures(),
  '--lab': async () => (await import('./names.ts')).labs(),
}

/** What arguments are, by their command and name, or for all commands of one kind; files all others. */
const byArgument: Readonly<Record<string, Source>> = {
  'exec hosts': async (line) => (await import('./names.ts')).patterns(line),
  'restore hosts': async (line) => (await import('./names.ts')).patterns(line),
  'rollback hosts': async (line) => (await import('./names.ts')).patterns(line),
  'handover director': async (line) => (await import('./names.ts')).directors(line),
  'drill names': async (line) => (await import('./names.ts')).drills(line),
  'lab exec words': async (line) =>
    line.operands.length === 0 ? (await import('./names.ts')).labMachines(line) : [],
  'lab machine': async (line) => (await import('./names.ts')).labMachines(line),
  'lab name': async () => (await import('./names.ts')).labs(),
}

/** What may stand at the end of a line where a value belongs; nothing is known of files. */
export async function valuesFor(line: Line): Promise<readonly Candidate[] | undefined> {
  const { command, wanted } = line
  if (wanted.is === 'value') {
    const { long, flags, argChoices } = wanted.option
    if (argChoices) return argChoices.map((value) => ({ value }))
    const source = byFlag[long ?? flags]
    if (source) return source(line)
    return /<(file|path)>/.test(flags) ? undefined : []
  }
  if (wanted.is !== 'argument') return []
  const { argument } = wanted
  if (argument.argChoices) return argument.argChoices.map((value) => ({ value }))
  const { parent } = command
  const path = parent?.parent ? `${parent.name()} ${command.name()}` : command.name()
  const source =
    byArgument[`${path} ${argument.name()}`] ?? byArgument[`${parent?.name()} ${argument.name()}`]
  return source ? source(line) : undefined
}

/** Candidates for the last entry of a list with commas; those that are in it already are left out. */
function inList(typed: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1)
  const given = before.split(',')
  return candidates
    .filter(({ value }) => !given.includes(value))
    .map(({ value, ...rest }) => ({ value: before + value, ...rest }))
}
