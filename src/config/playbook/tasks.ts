import { dirname } from 'node:path'
import { z } from 'zod'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { validate } from '../validate.ts'
import { attempt, type Fields, fieldsOf } from './fields.ts'
import { inherit } from './inherit.ts'
import { checkFields, kindUse } from './kinds.ts'
import { namedFile, type Reading, readPart } from './reading.ts'
import type { Inherited, Loop, TaskSpec } from './spec.ts'
import { blockShape, importTasksShape, loopShape, taskShape } from './words.ts'

/** Reads a list of tasks, with blocks opened and imports followed; what is wrong is noted. */
export async function readTasks(
  list: readonly Sourced[],
  above: Inherited,
  /** The directory of the file they stand in. */
  directory: string,
  reading: Reading,
): Promise<readonly TaskSpec[]> {
  const tasks: TaskSpec[] = []
  for (const entry of list) {
    if (!('entries' in entry))
      reading.problems.push(problem('a task must be a mapping', entry.origin, 'write "- name: …"'))
    else if (entry.entries.has('block')) tasks.push(...(await readBlock(entry, above, directory, reading)))
    else if (entry.entries.has('import_tasks') || entry.entries.has('include_tasks'))
      tasks.push(...(await readImport(entry, above, directory, reading)))
    else tasks.push(...readTask(entry, entry.entries, above, reading))
  }
  return tasks
}

/** Reads a file of tasks. */
export async function readTaskFile(
  path: string,
  above: Inherited,
  reading: Reading,
): Promise<readonly TaskSpec[]> {
  const content = await readPart(path, reading)
  if (!content) return []
  if (!('items' in content)) {
    reading.problems.push(
      problem('a file of tasks must hold a list', content.origin, 'begin each task with "- "'),
    )
    return []
  }
  return readTasks(content.items, above, dirname(path), { ...reading, chain: [...reading.chain, path] })
}

async function readBlock(entry: Sourced, above: Inherited, directory: string, reading: Reading) {
  const fields = fieldsOf(entry, blockShape, reading.problems)
  return readTasks(fields.items('block'), inherit(above, fields, reading.problems), directory, reading)
}

async function readImport(entry: Sourced, above: Inherited, directory: string, reading: Reading) {
  const fields = fieldsOf(entry, importTasksShape, reading.problems)
  const named = fields.raw('import_tasks') ?? fields.raw('include_tasks') ?? entry
  const directories = [directory, `${reading.playbookDirectory}/tasks`, reading.playbookDirectory]
  const path = namedFile(fileOf(named), directories, reading)
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
): readonly TaskSpec[] {
  const { problems } = reading
  const known = new Set(taskShape.known)
  const own = new Map([...entries].filter(([name]) => known.has(name)))
  const fields = fieldsOf({ origin: entry.origin, entries: own }, taskShape, problems)
  const use = attempt(problems, () =>
    kindUse(
      [...entries].filter(([name]) => !known.has(name)),
      entry.origin,
    ),
  )
  const name = fields.raw('name')
  const loop = loopOf(fields, reading)
  const register = registerOf(fields, reading)
  const inherited = inherit(above, fields, problems)
  warnOfBraces(fields, reading)
  if (!use) return []
  checkFields(use, problems)
  return [
    {
      ...inherited,
      ...use,
      origin: entry.origin,
      playbookDirectory: reading.playbookDirectory,
      ...(name ? { name } : {}),
      ...(loop ? { loop } : {}),
      ...(register === undefined ? {} : { register }),
    },
  ]
}

/** Ansible warns of these, too: what is in them was computed, and read as an expression anew. Here it is not. */
function warnOfBraces(fields: Fields, { warn }: Reading): void {
  for (const condition of fields.several('when'))
    if ('scalar' in condition && typeof condition.scalar === 'string' && condition.scalar.includes('{{'))
      warn('a condition needs no {{ }} around what it computes: leave them out', condition.origin)
}

function loopOf(fields: Fields, { problems }: Reading): Loop | undefined {
  const items = fields.raw('loop') ?? fields.raw('with_items')
  const control = fields.mapping('loop_control')
  const variable = control ? fieldsOf(control, loopShape, problems).text('loop_var') : undefined
  return items && { items, variable: variable ?? 'item' }
}

const variableName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and underscores, not starting with a digit')

function registerOf(fields: Fields, { problems }: Reading): string | undefined {
  const named = fields.raw('register')
  return named && attempt(problems, () => validate(variableName, named, 'register'))
}
