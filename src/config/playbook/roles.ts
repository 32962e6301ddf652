import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { quoted } from '../../model/quoted.ts'
import type { Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { fieldsOf } from './fields.ts'
import { inherit } from './inherit.ts'
import { mainFile, type Reading, readPart } from './reading.ts'
import type { Inherited, Role, TaskSpec } from './spec.ts'
import { readTaskFile } from './tasks.ts'
import { roleShape } from './words.ts'

/** Reads the tasks of a role that a play lists, by name alone or with what the play gives to it. */
export async function readRole(
  entry: Sourced,
  above: Inherited,
  reading: Reading,
): Promise<readonly TaskSpec[]> {
  const alone = 'scalar' in entry
  const fields = alone ? undefined : fieldsOf(entry, roleShape, reading.problems)
  const named = alone ? entry : (fields?.raw('role') ?? fields?.raw('name'))
  const name = named && 'scalar' in named ? named.scalar : undefined
  if (typeof name !== 'string') {
    reading.problems.push(problem('a role needs its name', entry.origin, 'write "- role: NAME"'))
    return []
  }
  const directory = directoryOf(name, reading)
  if (directory === undefined) {
    reading.problems.push(unknownRole(name, named ?? entry, reading))
    return []
  }
  const given = fields?.mapping('vars')
  const inherited = fields ? inherit(above, fields, reading.problems) : above
  await refuseDependencies(directory, reading)
  const role: Role = {
    name,
    directory,
    ...(await variablesIn('defaults', directory, reading)),
    ...(await variablesIn('vars', directory, reading)),
    ...(given ? { given } : {}),
  }
  const main = mainFile(join(directory, 'tasks'))
  // What the play gives to a role counts as the role's, not as a variable of each task.
  return main === undefined ? [] : readTaskFile(main, { ...inherited, vars: above.vars, role }, reading)
}

function placesOfRoles({ playbookDirectory, ownRoles }: Reading): readonly string[] {
  return [join(playbookDirectory, 'roles'), join(playbookDirectory, '..', 'roles'), ownRoles]
}

function directoryOf(name: string, reading: Reading): string | undefined {
  const places = name.startsWith('/')
    ? ['/']
    : name.includes('/')
      ? [reading.playbookDirectory]
      : placesOfRoles(reading)
  return places.map((place) => join(place, name)).find((place) => existsSync(place))
}

function unknownRole(name: string, named: Sourced, reading: Reading) {
  const places = placesOfRoles(reading)
  const known = places.flatMap((place) => (existsSync(place) ? readdirSync(place) : []))
  const meant = suggestion(name, [...new Set(known)])
  return problem(
    `there is no role ${quoted(name)}`,
    named.origin,
    meant?.startsWith('did') ? meant : `looked in ${places.join(', ')}; there: ${known.join(', ') || 'none'}`,
  )
}

async function variablesIn(
  part: 'defaults' | 'vars',
  directory: string,
  reading: Reading,
): Promise<Partial<Pick<Role, 'defaults' | 'vars'>>> {
  const path = mainFile(join(directory, part))
  const found = path === undefined ? undefined : await readPart(path, reading)
  if (!found) return {}
  if ('entries' in found) return { [part]: found }
  reading.problems.push(problem(`${part} of a role must be a mapping`, found.origin, 'write "name: value"'))
  return {}
}

async function refuseDependencies(directory: string, reading: Reading): Promise<void> {
  const path = mainFile(join(directory, 'meta'))
  const meta = path === undefined ? undefined : await readPart(path, reading)
  const entry = meta && 'entries' in meta ? meta.entries.get('dependencies') : undefined
  if (!entry || ('items' in entry.value && entry.value.items.length === 0)) return
  reading.problems.push(
    problem(
      'dependencies of roles are not followed',
      entry.key,
      'list these roles in the play, before this one',
    ),
  )
}
