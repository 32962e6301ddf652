import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { plain, type Sourced } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { mainFile, type Reading, readPart } from './reading.ts'
import type { ControlSpec, Entry, Inherited } from './spec.ts'

/** What a role says of itself, as far as it counts here. */
export interface RoleMeta {
  readonly dependencies: readonly Sourced[]
  /** The same use of it may come more than once in a play. */
  readonly again: boolean
  /** Collections in which its tasks look for roles. */
  readonly collections: readonly string[]
  /** What it takes, where it says so here and not in a file of its own. */
  readonly specs?: Sourced
}

/** Reads `meta/main.yml` of a role. */
export function metaOf(directory: string, reading: Reading): RoleMeta {
  const path = mainFile(join(directory, 'meta'))
  const meta = path === undefined ? undefined : readPart(path, reading)
  const entry = (name: string) => (meta && 'entries' in meta ? meta.entries.get(name)?.value : undefined)
  const dependencies = entry('dependencies')
  const again = entry('allow_duplicates')
  if (
    dependencies &&
    !('items' in dependencies) &&
    !('scalar' in dependencies && dependencies.scalar === null)
  )
    reading.problems.push(problem('role-shape', 'dependencies of a role must be a list', dependencies.origin))
  const collections = entry('collections')
  const specs = entry('argument_specs')
  return {
    ...(specs ? { specs } : {}),
    collections:
      collections && 'items' in collections ? collections.items.map((one) => String(plain(one))) : [],
    dependencies: dependencies && 'items' in dependencies ? dependencies.items : [],
    again: again !== undefined && 'scalar' in again && isYes(again.scalar),
  }
}

/** The check of what is given to a role, where it says in `meta/argument_specs.yml` or `meta/main.yml` what it takes. */
export function specifiedArguments(
  directory: string,
  entryPoint: string,
  within: Inherited,
  { specs }: RoleMeta,
  reading: Reading,
): readonly Entry[] {
  const path = ['argument_specs.yml', 'argument_specs.yaml']
    .map((name) => join(directory, 'meta', name))
    .find((one) => existsSync(one))
  const content = path === undefined ? undefined : readPart(path, reading)
  const part = (value: Sourced | undefined, name: string) =>
    value && 'entries' in value ? value.entries.get(name)?.value : undefined
  const all = content ? part(content, 'argument_specs') : specs
  const options = part(part(all, entryPoint.replace(/\.ya?ml$/, '')), 'options')
  if (!options) return []
  const { origin } = options
  const { params } = within.role ?? {}
  const check: ControlSpec = {
    ...within,
    is: 'control',
    tags: [...within.tags, 'always'],
    origin,
    name: { origin, scalar: `arguments of the role ${within.role?.name}` },
    word: 'validate_argument_spec',
    parameters: {
      origin,
      entries: new Map([
        ['argument_spec', { key: origin, value: options }],
        ...(params ? [['provided_arguments', { key: origin, value: params }] as const] : []),
      ]),
    },
    playbookDirectory: reading.playbookDirectory,
    directory,
    readVariables: () => undefined,
  }
  return [check]
}

function isYes(value: unknown): boolean {
  return value === true || value === 'yes' || value === 'on'
}
