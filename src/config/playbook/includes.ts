import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { entriesInWords } from './given-fields.ts'
import { inherit } from './inherit.ts'
import { loopOf } from './loop-words.ts'
import { variablesOf } from './mappings.ts'
import { emptyParts, nothingRead, type Reading } from './reading.ts'
import { registerOf } from './register.ts'
import { type ReadTaskFile, readRole } from './roles.ts'
import type { Entry, Included, IncludeSpec, Inherited, Role } from './spec.ts'
import { importRoleShape, includeRoleShape, includeTasksShape } from './words.ts'

type NamedTasks = (named: Sourced, directory: string, reading: Reading, role?: Role) => string | undefined

const bringing = ['import_tasks', 'include_tasks', 'import_role', 'include_role'] as const

/**
 * Fields of what brings in others may stand beside it under `args`, as those of every module. What stays there is told of
 * as what it is.
 */
export function withArguments(entries: ReadonlyMap<string, SourcedEntry>): ReadonlyMap<string, SourcedEntry> {
  const beside = entries.get('args')?.value
  const word = bringing.find((name) => entries.has(name))
  const part = word && entries.get(word)
  const inWords = part && writtenInWords(part.value)
  const given = beside && 'entries' in beside ? beside.entries : undefined
  if (!part || !(given || inWords)) return entries
  const { origin } = part.value
  const alone = 'scalar' in part.value && typeof part.value.scalar === 'string'
  const own = 'entries' in part.value ? part.value.entries : alone ? [['file', part] as const] : undefined
  if (!own) return entries
  const whole: Sourced = { origin, entries: new Map([...(inWords ?? own), ...(given ?? [])]) }
  return new Map([...entries].filter(([name]) => name !== 'args')).set(word, { ...part, value: whole })
}

/** The fields of what brings in others, where they are written as `name=value`. */
function writtenInWords(value: Sourced): ReadonlyMap<string, SourcedEntry> | undefined {
  if (!('scalar' in value) || typeof value.scalar !== 'string') return undefined
  return /^\s*(name|file|role)=/.test(value.scalar) ? entriesInWords(value.scalar, value) : undefined
}

/** `include_tasks`: tasks of a file that is read when their turn comes. */
export function readInclude(
  entry: Sourced,
  above: Inherited,
  directory: string,
  reading: Reading,
  readTaskFile: ReadTaskFile,
  namedTasks: NamedTasks,
): readonly Entry[] {
  const { problems } = reading
  const fields = fieldsOf(entry, includeTasksShape, problems)
  fields.mapping('args')
  const written = fields.raw('include_tasks') ?? entry
  const named = 'entries' in written ? (written.entries.get('file')?.value ?? written) : written
  const around = including(above, fields, problems)
  const apply = 'entries' in written ? written.entries.get('apply')?.value : undefined
  const within = applied(handedOn(above, around), apply, reading)
  return included(entry, fields, around, reading, named, (name, inner) => {
    const path = namedTasks(name, directory, { ...inner, chain: [] }, above.role)
    return path === undefined ? [] : readTaskFile(path, within, { ...inner, chain: [] })
  })
}

/** `import_role` and `include_role`. */
export function readRoleTask(
  entry: Sourced,
  above: Inherited,
  reading: Reading,
  readTaskFile: ReadTaskFile,
): readonly Entry[] {
  const isImport = 'entries' in entry && entry.entries.has('import_role')
  const { problems } = reading
  const fields = fieldsOf(entry, isImport ? importRoleShape : includeRoleShape, problems)
  fields.mapping('args')
  const role = fields.raw(isImport ? 'import_role' : 'include_role')
  const names = role && 'entries' in role ? role.entries : undefined
  const named = names?.get('name')?.value ?? names?.get('role')?.value
  if (!role || !('entries' in role) || !named) {
    problems.push(
      problem('role-unnamed', 'a role needs its name', entry.origin, 'write "name: NAME" under it'),
    )
    return []
  }
  const vars = variablesOf(fields, problems)
  if (isImport) {
    const within = inherit(above, fields, problems)
    return readRole(role, within, reading, readTaskFile, { isTask: true, exposes: true, vars })
  }
  const around = including(above, fields, problems)
  const within = applied(handedOn(above, around), role.entries.get('apply')?.value, reading)
  return included(entry, fields, around, reading, named, (name, inner) => {
    const entries = new Map([...role.entries].filter(([key]) => key !== 'apply' && key !== 'role'))
    const use: Sourced = { ...role, entries: entries.set('name', { key: name.origin, value: name }) }
    return readRole(use, within, { ...inner, chain: [] }, readTaskFile, {
      isTask: true,
      exposes: false,
      vars,
    })
  })
}

type ReadIncluded = (name: Sourced, reading: Reading) => readonly Entry[]

function included(
  entry: Sourced,
  fields: ReturnType<typeof fieldsOf>,
  around: Inherited,
  reading: Reading,
  named: Sourced,
  read: ReadIncluded,
): readonly Entry[] {
  const name = fields.raw('name')
  const loop = loopOf(fields, reading)
  const register = registerOf(fields, reading)
  const known = new Map<string, Included>()
  const load = (wanted: Sourced): Included => {
    const key = 'scalar' in wanted ? String(wanted.scalar) : ''
    const found = known.get(key) ?? loaded(wanted, reading, read)
    known.set(key, found)
    return found
  }
  const spec: IncludeSpec = {
    ...around,
    is: 'include',
    origin: entry.origin,
    named,
    load,
    ...(name ? { name } : {}),
    ...(loop ? { loop } : {}),
    ...(register === undefined ? {} : { register }),
  }
  foreseen(spec, reading, read)
  return [spec]
}

/** What is wrong in a file whose name is known is told with everything else. */
function foreseen({ named }: IncludeSpec, reading: Reading, read: ReadIncluded): void {
  const name = 'scalar' in named && typeof named.scalar === 'string' ? named.scalar : undefined
  if (name === undefined || name.includes('{{')) {
    reading.play.brings.add('computed names')
    return
  }
  const seen = `${named.origin.file} ${name}`
  // A file that includes itself under a condition is no problem.
  if (reading.foreseen === 'all' || reading.foreseen.has(seen)) return
  const foreseen = new Set([...reading.foreseen, seen])
  const tasks = read(named, { ...reading, foreseen, play: { ...reading.play, uses: new Map() } })
  reading.looked.push(...tasks)
}

function loaded(name: Sourced, reading: Reading, read: ReadIncluded): Included {
  const inner: Reading = {
    ...reading,
    problems: [],
    play: emptyParts(),
    foreseen: 'all',
    read: nothingRead(),
  }
  const tasks = read(name, inner)
  if (inner.problems.length > 0) throw new InvalidInput(inner.problems)
  return { tasks, handlers: inner.play.handlers }
}

/** What an include hands on; what it gives to its tasks is stronger than variables of tasks are. */
function including(above: Inherited, fields: Fields, problems: Failure[]): Inherited {
  const around = inherit(above, fields, problems)
  return { ...around, params: [...above.params, ...around.vars.slice(above.vars.length)] }
}

/** What the tasks take over from an include: all but its own conditions, tags and repetition. */
function handedOn(above: Inherited, around: Inherited): Inherited {
  return { ...around, conditions: above.conditions, tags: above.tags, notify: above.notify }
}

/** `apply`: what the tasks are given beside. */
function applied(within: Inherited, apply: Sourced | undefined, { problems }: Reading): Inherited {
  if (!apply) return within
  return inherit(within, fieldsOf(apply, { ...includeTasksShape, what: 'apply' }, problems), problems)
}
