import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { quoted } from '../../model/quoted.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { fieldsOf } from './fields.ts'
import { inherit } from './inherit.ts'
import { variablesOf } from './mappings.ts'
import { endsRole } from './meta.ts'
import { mainFile, type Reading, readPart } from './reading.ts'
import { metaOf, specifiedArguments } from './role-meta.ts'
import { collectionAround, directoryOf, placesOfRoles } from './role-places.ts'
import type { Entry, Inherited, Role } from './spec.ts'
import { specsIn } from './tree.ts'
import { roleShape, roleUseShape } from './words.ts'

/** Reads a file of tasks. */
export type ReadTaskFile = (path: string, above: Inherited, reading: Reading) => readonly Entry[]

/** How a role is used. */
interface Use {
  /** By a task, which says what it is to be in other words than a play. */
  readonly isTask: boolean
  /** Its variables are those of the whole play. */
  readonly exposes: boolean
  /** What the task gives it. */
  readonly vars?: Sourced | undefined
  /** Roles that the one that depends on it has collected so far. */
  readonly dependencies?: Role[]
}

/** Reads the tasks of a role, with those of the roles it depends on before: by name alone or with what is given to it. */
export function readRole(
  entry: Sourced,
  above: Inherited,
  reading: Reading,
  readTaskFile: ReadTaskFile,
  { isTask, exposes, vars: given, dependencies: siblings }: Use = { isTask: false, exposes: true },
): readonly Entry[] {
  const { problems, play } = reading
  const alone = 'scalar' in entry
  const fields = alone ? undefined : fieldsOf(entry, isTask ? roleUseShape : roleShape, problems)
  const named = alone ? entry : (fields?.raw('role') ?? fields?.raw('name'))
  const name = named && 'scalar' in named ? named.scalar : undefined
  if (typeof name !== 'string') {
    problems.push(problem('role-unnamed', 'a role needs its name', entry.origin, 'write "- role: NAME"'))
    return []
  }
  const searched = fields?.words('collections') ?? []
  const directory = directoryOf(name, reading, [...searched, ...reading.collections], above.role)
  if (directory === undefined) {
    problems.push(unknownRole(name, named ?? entry, reading))
    return []
  }
  if (reading.chain.includes(directory)) {
    const circle = [...reading.chain.slice(reading.chain.indexOf(directory)), directory].join(' → ')
    problems.push(
      problem('role-circle', `roles depend on each other in a circle: ${circle}`, named?.origin, 'break it'),
    )
    return []
  }
  reading.foreign?.place(directory)
  const meta = metaOf(directory, reading)
  const use = `${directory} ${JSON.stringify([plain(entry), above.conditions.map(plain)])}`
  const known = isTask || meta.again ? undefined : play.uses.get(use)
  if (known) {
    siblings?.push(...known.dependencies, known)
    if (exposes) play.exposed.push(known)
    return []
  }
  const own = collectionAround(directory, reading)
  const inner: Reading = {
    ...reading,
    chain: [...reading.chain, directory],
    collections: [...(own === undefined ? [] : [own]), ...meta.collections],
  }
  const inherited = fields ? inherit(above, fields, problems) : above
  const file = (key: string) => fields?.text(key)
  const params = isTask ? undefined : paramsOf(entry)
  const said = isTask ? given : fields && variablesOf(fields, problems)
  const dependencies: Role[] = []
  const { role: parent } = above
  const role: Role = {
    name: name.includes('{{') ? basename(directory) : name,
    directory,
    parents: parent ? [...parent.parents, parent] : [],
    dependencies,
    ...variablesIn('defaults', directory, reading, file('defaults_from')),
    ...variablesIn('vars', directory, reading, file('vars_from')),
    ...(said ? { said } : {}),
    ...(params ? { params } : {}),
  }
  play.uses.set(use, role)
  if (exposes || fields?.flag('public')) play.exposed.push(role)
  // What the play gives to a role counts as the role's, not as a variable of each task.
  const within: Inherited = { ...inherited, vars: above.vars, role }
  readHandlers(directory, { ...within, conditions: [], tags: [] }, inner, readTaskFile, file('handlers_from'))
  const main = mainFile(join(directory, 'tasks'), file('tasks_from'))
  if (main === undefined && fields?.raw('tasks_from'))
    problems.push(
      problem('file-missing', `the role ${name} has no such file of tasks`, fields.raw('tasks_from')?.origin),
    )
  const before = meta.dependencies.flatMap((one) =>
    readRole(one, within, inner, readTaskFile, { isTask: false, exposes: false, dependencies }),
  )
  siblings?.push(...dependencies, role)
  const checks = fields?.flag('rolespec_validate') ?? true
  const expected = !checks
    ? []
    : specifiedArguments(directory, file('tasks_from') ?? 'main', within, meta, inner)
  const tasks = main === undefined ? [] : readTaskFile(main, within, inner)
  return [...before, ...expected, ...asOne(tasks, within, entry.origin)]
}

/** Tasks of a role, one of which may end it: those behind it are told from those behind the role. */
function asOne(tasks: readonly Entry[], within: Inherited, origin: Sourced['origin']): readonly Entry[] {
  const mayEnd = (one: Entry) =>
    'is' in one && (one.is === 'include' || (one.is === 'control' && endsRole(one)))
  if (!specsIn(tasks).some(mayEnd)) return tasks
  return [{ ...within, is: 'block', isRole: true, origin, tasks }]
}

/** Keys of a role that are none of ours are variables for it. */
function paramsOf(entry: Sourced): Sourced | undefined {
  if (!('entries' in entry)) return undefined
  const params = [...entry.entries].filter(([name]) => !roleShape.known.includes(name))
  return params.length === 0 ? undefined : { origin: entry.origin, entries: new Map(params) }
}

function readHandlers(
  directory: string,
  within: Inherited,
  reading: Reading,
  readTaskFile: ReadTaskFile,
  name: string | undefined,
): void {
  const path = mainFile(join(directory, 'handlers'), name)
  if (path === undefined) return
  reading.play.handlers.push(...readTaskFile(path, within, reading))
}

function unknownRole(name: string, named: Sourced, reading: Reading) {
  const places = placesOfRoles(reading)
  const known = places.flatMap((place) => (existsSync(place) ? readdirSync(place) : []))
  const meant = suggestion(name, [...new Set(known)])
  return problem(
    'role-missing',
    `there is no role ${quoted(name)}`,
    named.origin,
    meant?.startsWith('did') ? meant : `looked in ${places.join(', ')}; there: ${known.join(', ') || 'none'}`,
  )
}

function variablesIn(
  part: 'defaults' | 'vars',
  directory: string,
  reading: Reading,
  name: string | undefined,
): Partial<Pick<Role, 'defaults' | 'vars'>> {
  const path = mainFile(join(directory, part), name)
  const found = path === undefined ? undefined : readPart(path, reading)
  if (!found) return {}
  if ('entries' in found) return { [part]: found }
  reading.problems.push(
    problem('role-shape', `${part} of a role must be a mapping`, found.origin, 'write "name: value"'),
  )
  return {}
}
