import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import type { Failure } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { withoutActions } from './action.ts'
import { controlWord, readControl } from './control-words.ts'
import { attempt, type Fields, fieldsOf } from './fields.ts'
import { withoutNulls } from './given-fields.ts'
import { readInclude, readRoleTask, withArguments } from './includes.ts'
import { inherit } from './inherit.ts'
import { checkFields, type Foreign, factsGathered, type KindUse, kindUse } from './kinds.ts'
import { isLoopWord, loopOf } from './loop-words.ts'
import { groupsOfOthers, withDefaults } from './module-defaults.ts'
import { namedFile, type Reading, readPart } from './reading.ts'
import { registerOf } from './register.ts'
import { resultWords } from './result-words.ts'
import { anyName } from './results.ts'
import type { BlockSpec, Entry, Inherited, Role } from './spec.ts'
import { awaitedNames } from './told.ts'
import { blockShape, importTasksShape, shortName, taskShape } from './words.ts'

/** Reads a list of tasks, with blocks opened and imports followed; what is wrong is noted. */
export function readTasks(
  list: readonly Sourced[],
  above: Inherited,
  /** The directory of the file they stand in. */
  directory: string,
  reading: Reading,
): readonly Entry[] {
  return list.flatMap((entry) => {
    if ('entries' in entry) return readEntry(entry, shortNamed(entry), above, directory, reading)
    reading.problems.push(
      problem('playbook-shape', 'a task must be a mapping', entry.origin, 'write "- name: …"'),
    )
    return []
  })
}

/** Reads a file of tasks. */
export function readTaskFile(path: string, above: Inherited, reading: Reading): readonly Entry[] {
  const content = readPart(path, reading)
  if (!content) return []
  if (!('items' in content)) {
    reading.problems.push(
      problem(
        'playbook-shape',
        'a file of tasks must hold a list',
        content.origin,
        'begin each task with "- "',
      ),
    )
    return []
  }
  return readTasks(content.items, above, dirname(path), { ...reading, chain: [...reading.chain, path] })
}

/** The file that an entry names, among those of its directory and of the playbook. */
export function namedTasks(
  named: Sourced,
  directory: string,
  reading: Reading,
  /** The role that it stands in: handlers may be among its tasks, too. */
  role?: Role,
): string | undefined {
  const ofRole = role ? [`${role.directory}/tasks`, role.directory] : []
  const directories = [directory, ...ofRole, `${reading.playbookDirectory}/tasks`, reading.playbookDirectory]
  return namedFile(fileOf(named), directories, reading)
}

function readEntry(
  written: Sourced,
  entries: ReadonlyMap<string, SourcedEntry>,
  above: Inherited,
  directory: string,
  reading: Reading,
): readonly Entry[] {
  const entry: Sourced = { origin: written.origin, entries }
  if (entries.has('block')) return readBlock(entry, above, directory, reading)
  if (entries.has('import_tasks')) return readImport(entry, above, directory, reading)
  if (entries.has('include_tasks'))
    return readInclude(entry, above, directory, reading, readTaskFile, namedTasks)
  if (entries.has('import_role') || entries.has('include_role'))
    return readRoleTask(entry, above, reading, readTaskFile)
  const control = controlWord(entries)
  if (control !== undefined) return readControl(entry, control, above, directory, reading)
  return readTask(entry, entries, above, reading)
}

/** Keys of every task and of includes may be written with the name of Ansible's collection before them. */
function shortNamed(entry: Extract<Sourced, { entries: unknown }>): ReadonlyMap<string, SourcedEntry> {
  const written = new Map([...entry.entries].map(([name, value]) => [shortName(name), value]))
  return withArguments(new Map([...withoutActions(written)].map(([name, value]) => [shortName(name), value])))
}

function readBlock(entry: Sourced, above: Inherited, directory: string, reading: Reading): readonly Entry[] {
  const fields = fieldsOf(entry, blockShape, reading.problems)
  const inherited = inherit(above, fields, reading.problems)
  const part = (name: string) => readTasks(fields.items(name), inherited, directory, reading)
  if (!fields.raw('rescue') && !fields.raw('always')) return part('block')
  for (const told of ['ansible_failed_result', 'ansible_failed_task']) reading.given.add(told)
  const name = fields.raw('name')
  const block: BlockSpec = {
    ...inherited,
    is: 'block',
    origin: entry.origin,
    ...(name ? { name } : {}),
    tasks: part('block'),
    ...(fields.raw('rescue') ? { rescue: part('rescue') } : {}),
    ...(fields.raw('always') ? { always: part('always') } : {}),
  }
  return [block]
}

function readImport(entry: Sourced, above: Inherited, directory: string, reading: Reading): readonly Entry[] {
  const fields = fieldsOf(entry, importTasksShape, reading.problems)
  fields.mapping('args')
  const path = namedTasks(fields.raw('import_tasks') ?? entry, directory, reading, above.role)
  return path === undefined ? [] : readTaskFile(path, inherit(above, fields, reading.problems), reading)
}

/** Ansible also takes `import_tasks: { file: x }`. */
function fileOf(named: Sourced): Sourced {
  return 'entries' in named ? (named.entries.get('file')?.value ?? named) : named
}

function readTask(
  entry: Sourced,
  entries: ReadonlyMap<string, SourcedEntry>,
  above: Inherited,
  reading: Reading,
): readonly Entry[] {
  const { problems } = reading
  const known = new Set(taskShape.known)
  const isKey = (name: string) => known.has(name) || isLoopWord(name)
  const own = new Map([...entries].filter(([name]) => isKey(name)))
  const fields = fieldsOf({ origin: entry.origin, entries: own }, taskShape, problems)
  const inherited = inherit(above, fields, problems)
  const use = attempt(problems, () =>
    kindUse(
      [...entries].filter(([name]) => !isKey(name)),
      entry.origin,
      fields.mapping('args'),
      foreignFor(inherited, reading),
    ),
  )
  const name = fields.raw('name')
  const loop = loopOf(fields, reading)
  const register = registerOf(fields, reading)
  warnOfBraces(fields, reading)
  if (!use) return []
  const { refusal } = use
  if (refusal && isCertain(inherited, reading)) {
    problems.push(refusal)
    return []
  }
  if (refusal) warnOfRefusal(refusal, reading)
  noteForeign(use, entry.origin, inherited, reading)
  if (use.kind.module?.onlyInTurn) problems.push(...groupsOfOthers(inherited.moduleDefaults))
  const { onlyInTurn, tellsFacts } = use.kind.module ?? {}
  const facts = [...factsGathered(use), ...(onlyInTurn || tellsFacts ? [anyName] : [])]
  for (const fact of awaitedNames(inherited, facts)) if (fact !== anyName) reading.given.add(fact)
  const { delegateTo, ...undelegated } = inherited
  const isFromHere = use.kind.name === 'synchronize' && delegateTo !== undefined
  if (isFromHere && !isLocalhost(delegateTo))
    problems.push(
      problem(
        'module-unsupported',
        'synchronize is not supported between other machines than this one and a host',
        delegateTo.origin,
        'within a machine use copy with "remote_src: yes"; from another one bring it here with fetch first',
      ),
    )
  if (inherited.delegateTo || use.kind.module?.takes) reading.play.brings.add('delegation')
  if (inherited.become) reading.play.brings.add('become')
  const told = withDefaults(use, entries, inherited.moduleDefaults)
  const parameters = withoutNulls({ kind: use.kind, parameters: told })
  if (!refusal && !reading.packaged.isAsBuilt(entry.origin.file))
    checkFields({ ...use, parameters }, problems)
  return [
    {
      // Who is delegated to has the files: this computer, as without it.
      ...(isFromHere ? undelegated : inherited),
      ...use,
      parameters,
      ...resultWords(fields),
      origin: entry.origin,
      playbookDirectory: reading.playbookDirectory,
      ...(name ? { name } : {}),
      ...(loop ? { loop } : {}),
      ...(register === undefined ? {} : { register }),
    },
  ]
}

/** Is this computer named? */
function isLocalhost(name: Sourced): boolean {
  return 'scalar' in name && ['localhost', '127.0.0.1', '::1'].includes(String(name.scalar))
}

/** Modules that are none of ours, and whether they are to be run all the same. */
function foreignFor({ collections, role }: Inherited, { foreign, playbookDirectory }: Reading): Foreign {
  const places = [playbookDirectory, ...(role ? [role.directory] : [])].map((place) => join(place, 'library'))
  return {
    ...(foreign ? { kind: (name, instead) => foreign.kind({ name, collections, instead }) } : {}),
    isOwn: (name) =>
      places.some(
        (place) => existsSync(place) && readdirSync(place).some((file) => parse(file).name === name),
      ),
  }
}

/** Whether there is such a module shows once all of them are known. */
function noteForeign(
  { kind, parameters }: KindUse,
  origin: Origin,
  inherited: Inherited,
  reading: Reading,
): void {
  const { foreign } = reading
  if (!foreign || !kind.module?.onlyInTurn) return
  const options = 'entries' in parameters ? [...parameters.entries.keys()] : []
  const { collections } = inherited
  foreign.use({ name: kind.name, collections, origin, options, isCertain: isCertain(inherited, reading) })
}

/** Does nothing stand in the way of a task's turn? */
function isCertain({ conditions }: Inherited, { foreseen }: Reading): boolean {
  return conditions.length === 0 && foreseen !== 'all' && foreseen.size === 0
}

/** What is meant for other machines than these is in many roles: it is refused where its turn comes, as far as it does. */
function warnOfRefusal({ message, where, next }: Failure, { warn }: Reading): void {
  const doing = next === undefined ? '' : `: ${next}`
  if (where.origin)
    warn('module-refused', `${message}, so the task fails where its condition holds${doing}`, where.origin)
}

/** Ansible warns of these, too: what is in them was computed, and read as an expression anew. Here it is not. */
function warnOfBraces(fields: Fields, { warn }: Reading): void {
  for (const condition of fields.several('when'))
    if ('scalar' in condition && typeof condition.scalar === 'string' && condition.scalar.includes('{{'))
      warn(
        'expression-braces',
        'a condition needs no {{ }} around what it computes: leave them out',
        condition.origin,
      )
}
