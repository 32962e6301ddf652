import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { fieldsOf } from './fields.ts'
import { entriesInWords } from './given-fields.ts'
import { inherit } from './inherit.ts'
import { loopOf } from './loop-words.ts'
import { type Reading, variablesIn } from './reading.ts'
import { registerOf } from './register.ts'
import { namesWritten, regroupingOf } from './regrouping.ts'
import { resultWords } from './result-words.ts'
import type { ControlSpec, Entry, Inherited } from './spec.ts'
import { awaitedNames } from './told.ts'
import { controls, taskShape } from './words.ts'

/** The word of a task that the run itself carries out, if it has one. */
export function controlWord(entries: ReadonlyMap<string, SourcedEntry>): string | undefined {
  return controls.find((word) => entries.has(word))
}

/** Reads a task that the run itself carries out: `set_fact`, `debug` and their like. */
export function readControl(
  entry: Sourced,
  word: string,
  above: Inherited,
  directory: string,
  reading: Reading,
): readonly Entry[] {
  const { problems } = reading
  const entries = 'entries' in entry ? entry.entries : new Map<string, SourcedEntry>()
  const others = [...entries].filter(([name]) => name !== word)
  const shape = { ...taskShape, known: [...taskShape.known, 'args'] }
  const fields = fieldsOf({ origin: entry.origin, entries: new Map(others) }, shape, problems)
  const written = entries.get(word)
  const args = fields.raw('args')
  const parameters = parametersOf(word, written?.value ?? entry, args)
  const name = fields.raw('name')
  const loop = loopOf(fields, reading)
  const register = registerOf(fields, reading)
  const inherited = inherit(above, fields, problems)
  const gives = (names: Iterable<string>) => {
    for (const one of awaitedNames(inherited, [...names])) reading.given.add(one)
  }
  if (word === 'set_fact' && 'entries' in parameters)
    gives([...parameters.entries.keys()].filter((one) => one !== 'cacheable'))
  const spec: ControlSpec = {
    ...inherited,
    is: 'control',
    origin: entry.origin,
    word,
    parameters,
    playbookDirectory: reading.playbookDirectory,
    directory,
    readVariables: (path) => variablesIn(path, reading),
    ...resultWords(fields),
    ...(name ? { name } : {}),
    ...(loop ? { loop } : {}),
    ...(register === undefined ? {} : { register }),
  }
  if (word === 'group_by') {
    reading.given.add(regroupingOf(spec))
    reading.play.grouping.push(...namesWritten(spec))
  }
  if (word === 'add_host') return [{ ...spec, runOnce: true }]
  if (word !== 'include_vars') return [spec]
  const foreseen = foreseenNames(spec)
  gives(foreseen)
  return [{ ...spec, foreseen }]
}

/** Names to which a file of variables may give a value: of the one that is named, or of all beside it where that is computed. */
function foreseenNames({
  parameters,
  role,
  directory,
  playbookDirectory,
  readVariables,
}: ControlSpec): readonly string[] {
  const field = (name: string) => {
    const value = 'entries' in parameters ? parameters.entries.get(name)?.value : undefined
    return value && 'scalar' in value ? String(value.scalar) : ''
  }
  const written = field('file') || field('dir')
  const fixed = written.includes('{{')
    ? written.slice(0, written.indexOf('{{')).replace(/[^/]*$/, '')
    : written
  const bases = [...(role ? [role.directory] : []), playbookDirectory, directory]
  const places = bases
    .flatMap((base) => [join(base, 'vars', fixed), resolve(base, fixed)])
    .filter((path) => existsSync(path))
  const files = places.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => /\.(ya?ml|json)$/.test(name))
          .map((name) => join(path, name))
      : [path],
  )
  const names = files.flatMap((path) => {
    try {
      const content = readVariables(path)
      return content && 'entries' in content ? [...content.entries.keys()] : []
    } catch (error) {
      // What is wrong in it is told where it is brought in.
      if (error instanceof InvalidInput) return []
      throw error
    }
  })
  return [...names, ...(field('name') === '' ? [] : [field('name')])]
}

/** Fields of a task, also where they are written as `name=value` or as one word. */
function parametersOf(word: string, value: Sourced, args: Sourced | undefined): Sourced {
  const beside = args && 'entries' in args ? args.entries : new Map<string, SourcedEntry>()
  if ('entries' in value) return { origin: value.origin, entries: new Map([...beside, ...value.entries]) }
  const text = 'scalar' in value && typeof value.scalar === 'string' ? value.scalar : ''
  const short: Readonly<Record<string, string>> = { meta: 'action', include_vars: 'file' }
  const key = value.origin
  if (!/^\w+=/.test(text)) {
    const name = short[word]
    const entry = name !== undefined && text !== '' ? [[name, { key, value }] as const] : []
    return { origin: key, entries: new Map([...beside, ...entry]) }
  }
  return { origin: key, entries: new Map([...beside, ...entriesInWords(text, value)]) }
}
