import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import type { Sourced } from '../../model/sourced.ts'
import { isTemplate } from '../expressions/text.ts'
import { readTextFileNow } from '../files.ts'
import type { ForeignModules } from '../foreign/foreign-modules.ts'
import type { Packaged } from '../packaged.ts'
import type { Warn } from '../problem.ts'
import { problem } from '../problem.ts'
import type { SecretSources } from '../secret-sources.ts'
import type { AnsibleSettings } from '../settings/read.ts'
import { parseYaml } from '../yaml.ts'
import type { Entry, Role } from './spec.ts'

/** What is needed wherever a part of a playbook is read. */
export interface Reading {
  /** Where the playbook stands, whose roles/, templates/ and files/ count. */
  readonly playbookDirectory: string
  /** Where understudy's own roles stand. */
  readonly ownRoles: string
  /** Files that come along, as far as the build has read them. */
  readonly packaged: Packaged
  /** Collections in which roles are looked for by their short names, before all other places. */
  readonly collections: readonly string[]
  /** Files being read, outermost first: none may bring in itself. */
  readonly chain: readonly string[]
  readonly problems: Failure[]
  /** How many files were read so far, each as often as it is named, and what stands in each: roles share many. */
  readonly read: { files: number; readonly contents: Map<string, Sourced> }
  readonly warn: Warn
  readonly secrets: SecretSources
  /** What the parts of the play have in common that is being read. */
  readonly play: PlayParts
  /** What ansible.cfg and the environment say. */
  readonly settings: AnsibleSettings
  /** Tasks become another user where nothing that they stand in says otherwise. */
  readonly becomes: boolean
  /** Names that `-e` gives a value. */
  readonly extra: ReadonlySet<string>
  /** Includes whose files were looked through already, outermost first. */
  readonly foreseen: ReadonlySet<string> | 'all'
  /** Names to which tasks of this run give a value. */
  readonly given: Set<string>
  /** Tasks that are brought in when their turn comes, as far as their files are known already. */
  readonly looked: Entry[]
  /** Modules that are none of ours, where they are to be run all the same. */
  readonly foreign?: ForeignModules
  /** What is to be asked before the run. */
  readonly prompts: Prompt[]
}

/** A variable that somebody is asked for. */
export interface Prompt {
  readonly name: string
  readonly origin: Sourced['origin']
  readonly hasDefault: boolean
  readonly text: string
  readonly isSecret: boolean
  readonly twice: boolean
  /** Gives the variable its value, which is hashed where that is wished. */
  readonly take: (answer: string) => string
}

/** What a play collects from all its parts. */
export interface PlayParts {
  readonly handlers: Entry[]
  /** Roles whose variables the whole play can read. */
  readonly exposed: Role[]
  /** Uses of roles so far: the same use again does nothing. */
  readonly uses: Map<string, Role>
  /** Names of groups into which its tasks put hosts, as they are written. */
  readonly grouping: string[]
  /** What the tasks need that it brings in. */
  readonly brings: Set<'become' | 'computed names' | 'delegation'>
}

/** A play of which nothing was read yet. */
export function emptyParts(): PlayParts {
  return { handlers: [], exposed: [], uses: new Map(), grouping: [], brings: new Set() }
}

/** Nothing that was read before counts: files may be others by now. */
export function nothingRead(): Reading['read'] {
  return { files: 0, contents: new Map() }
}

/** Files that bring in others, which bring in others, may multiply beyond what any computer can hold. */
const mostFiles = 2000

/** The mapping in a file of variables; `undefined` where it is empty. Throws InvalidInput. */
export function variablesIn(path: string, reading: Reading): Sourced | undefined {
  const inner: Reading = { ...reading, problems: [], chain: [], read: nothingRead() }
  const content = readPart(path, inner)
  if (inner.problems.length > 0) throw new InvalidInput(inner.problems)
  if (content && !('entries' in content))
    throw new InvalidInput([
      problem('playbook-vars', 'a file of variables must hold a mapping', content.origin),
    ])
  return content
}

/** Reads a YAML file; problems are noted, and it is then `undefined`, as is an empty file. */
export function readPart(path: string, reading: Reading): Sourced | undefined {
  reading.read.files += 1
  if (reading.read.files > mostFiles) {
    if (reading.read.files === mostFiles + 1)
      reading.problems.push(
        problem(
          'file-too-many',
          `more than ${mostFiles} files are brought in, the last of them ${path}`,
          reading.chain.length > 0 ? { file: reading.chain.at(-1) ?? path, line: 1, col: 1 } : undefined,
          'let files bring in each other fewer times',
        ),
      )
    return undefined
  }
  try {
    const { contents } = reading.read
    const value = contents.get(path) ?? contentOf(path, reading)
    contents.set(path, value)
    return 'scalar' in value && value.scalar === null ? undefined : value
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    reading.problems.push(...error.problems)
    return undefined
  }
}

function contentOf(path: string, reading: Reading): Sourced {
  const text = readTextFileNow(path)
  return reading.packaged.contentOf(path, text) ?? parseYaml(text, path, reading)
}

/** A name in which the playbook's own directory, which is known at once, is all that is computed. */
export function besidePlaybook(name: string, { playbookDirectory }: Reading): string {
  return name.replaceAll(/\{\{\s*playbook_dir\s*\}\}/g, () => resolve(playbookDirectory))
}

/**
 * The file a play or task names, looked for in these directories in turn; what is wrong with the name is noted.
 * Names cannot be computed otherwise: which tasks there are must be known before any host is asked.
 */
export function namedFile(
  named: Sourced,
  directories: readonly string[],
  reading: Reading,
): string | undefined {
  const { chain, problems } = reading
  const written = 'scalar' in named ? named.scalar : undefined
  const name = typeof written === 'string' ? besidePlaybook(written, reading) : undefined
  if (name === undefined || name === '') {
    problems.push(problem('playbook-file-name', 'expected the name of a file', named.origin))
    return undefined
  }
  if (isTemplate(name)) {
    problems.push(
      problem(
        'playbook-file-name',
        'the name of this file cannot be computed',
        named.origin,
        'name each file, with a "when" where needed',
      ),
    )
    return undefined
  }
  const places = isAbsolute(name) ? [name] : directories.map((directory) => join(directory, name))
  const found = places.find((place) => existsSync(place))
  if (found === undefined) {
    problems.push(
      problem(
        'file-missing',
        `there is no file ${quoted(name)}`,
        named.origin,
        `looked for: ${places.join(', ')}`,
      ),
    )
    return undefined
  }
  if (chain.includes(found)) {
    problems.push(
      problem(
        'file-circle',
        `files bring in each other in a circle: ${[...chain, found].join(' → ')}`,
        named.origin,
        'break it',
      ),
    )
    return undefined
  }
  return found
}

/** `main.yaml` or `main.yml` in a directory, or a file of another name. */
export function mainFile(directory: string, name = 'main'): string | undefined {
  const names = /\.ya?ml$/.test(name) ? [name] : [`${name}.yaml`, `${name}.yml`]
  return names.map((file) => join(directory, file)).find((path) => existsSync(path))
}
