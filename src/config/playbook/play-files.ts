import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import type { Sourced } from '../../model/sourced.ts'
import { isTemplate } from '../expressions/text.ts'
import { problem } from '../problem.ts'
import type { Fields } from './fields.ts'
import { namedFile, type Reading, readPart, variablesIn } from './reading.ts'
import type { VarsFile } from './spec.ts'

/** The files of variables of a play: those with plain names are read at once, the others when it is known which they are. */
export function readVarsFiles(fields: Fields, reading: Reading): readonly VarsFile[] {
  const folders = [`${reading.playbookDirectory}/vars`, reading.playbookDirectory]
  return fields.several('vars_files').flatMap((named): readonly VarsFile[] => {
    const alternatives = 'items' in named ? named.items : [named]
    if (alternatives.some(isComputed)) return [computed(alternatives, folders, reading)]
    // Of several, those that are not there are passed over.
    const [first = named] = alternatives
    const chosen =
      alternatives.find((one) => placeOf(String('scalar' in one && one.scalar), folders)) ?? first
    const path = namedFile(chosen, folders, reading)
    const content = path === undefined ? undefined : readPart(path, reading)
    if (!content) return []
    if ('entries' in content) return [content]
    reading.problems.push(problem('playbook-vars', 'a file of variables must hold a mapping', content.origin))
    return []
  })
}

function computed(alternatives: readonly Sourced[], folders: readonly string[], reading: Reading): VarsFile {
  const read = new Map<string, Sourced | undefined>()
  const load = (name: string): Sourced | undefined => {
    const path = placeOf(name, folders)
    if (path === undefined) return undefined
    if (!read.has(path)) read.set(path, variablesIn(path, reading))
    return read.get(path) ?? nothing(path)
  }
  if (alternatives.some((one) => isTemplate(dirname('scalar' in one ? String(one.scalar) : ''))))
    return { alternatives, load, foreseen: 'any' }
  const foreseen = new Set<string>()
  for (const written of alternatives)
    for (const name of filesLike(String('scalar' in written ? written.scalar : ''), folders)) {
      const content = attempted(() => load(name))
      if (content && 'entries' in content) for (const one of content.entries.keys()) foreseen.add(one)
    }
  return { alternatives, load, foreseen }
}

/** What is wrong in a file that is taken nowhere is nobody's concern. */
function attempted(read: () => Sourced | undefined): Sourced | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}

function nothing(file: string): Sourced {
  return { origin: { file, line: 1, col: 1 }, entries: new Map() }
}

function isComputed(named: Sourced): boolean {
  return 'scalar' in named && typeof named.scalar === 'string' && isTemplate(named.scalar)
}

function placeOf(name: string, folders: readonly string[]): string | undefined {
  const places = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))
  return places.find((place) => existsSync(place))
}

/** Names of files that a computed name may turn out to be. */
function filesLike(written: string, folders: readonly string[]): readonly string[] {
  const folder = dirname(written)
  const pieces = basename(written).split(/\{\{.*?\}\}/)
  const places = isAbsolute(folder) ? [folder] : folders.map((one) => join(one, folder))
  return places
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place))
    .filter((name) => isLike(name, pieces))
    .map((name) => (folder === '.' ? name : join(folder, name)))
}

function isLike(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const piece of others) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return true
}
