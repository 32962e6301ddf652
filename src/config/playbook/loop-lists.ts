import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import { escaped } from '../../model/marked.ts'
import type { Scope } from '../expressions/scope.ts'
import { matchHosts } from '../inventory/index.ts'
import { problem } from '../problem.ts'
import type { Expanding } from './expanding.ts'
import { sequence } from './sequence.ts'
import type { Inherited, Loop } from './spec.ts'

/** What of a task decides how often it comes. */
export type Repeated = Pick<Inherited, 'conditions' | 'role'> & {
  readonly loop?: Loop
  readonly playbookDirectory?: string
}

/** A list that is longer is a mistake. */
const most = 100_000

/** The list that a loop goes through, or what stands in its place where it is none. Throws InvalidInput. */
export function listOf(
  loop: Loop,
  spec: Repeated,
  scope: Scope,
  { resolver, inventory }: Expanding,
): unknown {
  const value = resolver.value(loop.items, scope)
  const wrong = (message: string, next?: string) =>
    new InvalidInput([problem(message, loop.items.origin, next)])
  const list = (one: unknown): readonly unknown[] => (Array.isArray(one) ? one : one === null ? [] : [one])
  const places = placesOf(spec)
  switch (loop.word) {
    case 'with_items':
      return list(value).flatMap(list)
    case 'with_flattened':
      return flattened(list(value), wrong)
    case 'with_indexed_items':
      return list(value)
        .flatMap(list)
        .map((one, index) => [index, one])
    case 'with_dict': {
      const dicts = list(value).filter((one) => one !== '')
      if (dicts.some((one) => typeof one !== 'object' || one === null || Array.isArray(one)))
        throw wrong('with_dict needs a mapping', 'use loop: for a list')
      return dicts.flatMap((one) => Object.entries(one as object).map(([key, of]) => ({ key, value: of })))
    }
    case 'with_nested':
    case 'with_cartesian':
      return product(list(value).map(list), wrong)
    case 'with_together': {
      const lists = list(value).map(list)
      const length = Math.max(0, ...lists.map((one) => one.length))
      return Array.from({ length }, (_, at) => lists.map((one) => one[at] ?? null))
    }
    case 'with_sequence':
      return sequence(value, most, wrong)
    case 'with_subelements':
      return subelements(value, wrong)
    case 'with_fileglob':
      return list(value).flatMap((pattern) => filesLike(String(pattern), places))
    case 'with_first_found':
      return firstFound(value, places, wrong)
    case 'with_lines':
      return list(value).flatMap((command) => linesOf(String(command), wrong))
    case 'with_random_choice':
      return chosen(loop, list(value))
    case 'with_inventory_hostnames':
      return list(value).flatMap((pattern) => matchHosts(String(pattern), inventory, loop.items.origin))
    default:
      return value
  }
}

type Wrong = (message: string, next?: string) => InvalidInput

function flattened(list: readonly unknown[], wrong: Wrong, depth = 0): readonly unknown[] {
  if (depth > 100) throw wrong('these lists are nested too deeply')
  return list.flatMap((one) => (Array.isArray(one) ? flattened(one, wrong, depth + 1) : [one]))
}

function product(lists: readonly (readonly unknown[])[], wrong: Wrong): readonly unknown[] {
  if (lists.reduce((size, one) => size * one.length, 1) > most)
    throw wrong(`these lists have more than ${most} combinations`)
  return lists.reduce<readonly (readonly unknown[])[]>(
    (made, one) => made.flatMap((start) => one.map((next) => [...start, next])),
    lists.length > 0 ? [[]] : [],
  )
}

function subelements(value: unknown, wrong: Wrong): readonly unknown[] {
  if (!Array.isArray(value) || value.length < 2)
    throw wrong('with_subelements needs a list and the name of a key', 'write "- list" and "- key" under it')
  const [of, key, options] = value
  const owners: readonly unknown[] = Array.isArray(of) ? of : Object.values((of ?? {}) as object)
  const skips = (options as { skip_missing?: unknown } | undefined)?.skip_missing === true
  return owners.flatMap((owner) => {
    const found = String(key)
      .split('.')
      .reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name], owner)
    if (Array.isArray(found)) return found.map((one) => [owner, one])
    if (found === undefined && skips) return []
    throw wrong(
      `an element has no list under "${key}"`,
      'add { skip_missing: true } as the third of the list',
    )
  })
}

/** Where files of a task are looked for. */
function placesOf({ role, playbookDirectory = '.' }: Repeated): readonly string[] {
  const beside = [...(role ? [role.directory] : []), playbookDirectory]
  return beside.flatMap((place) => [
    join(place, 'files'),
    join(place, 'templates'),
    join(place, 'vars'),
    place,
  ])
}

function filesLike(pattern: string, places: readonly string[]): readonly string[] {
  const patterns = isAbsolute(pattern) ? [pattern] : places.map((place) => join(place, pattern))
  for (const one of patterns) {
    const found = filesNamed(one)
    if (found.length > 0) return found
  }
  return []
}

/** Files of one directory whose names fit, as the shell has it; those that begin with a dot only where it says so. */
function filesNamed(pattern: string): readonly string[] {
  const directory = dirname(pattern)
  if (!existsSync(directory)) return []
  const name = basename(pattern)
  const words = name.split(/(\[[^\]]+\]|\*|\?)/).map((word) => {
    if (word === '*') return '.*'
    if (word === '?') return '.'
    return /^\[.+\]$/.test(word) ? word.replace('[!', '[^') : escaped(word)
  })
  const fits = new RegExp(`^${words.join('')}$`)
  return readdirSync(directory, { withFileTypes: true })
    .filter((one) => one.isFile() && fits.test(one.name) && one.name.startsWith('.') === name.startsWith('.'))
    .map((one) => join(directory, one.name))
    .toSorted()
}

function firstFound(value: unknown, places: readonly string[], wrong: Wrong): readonly string[] {
  const terms = Array.isArray(value) ? value : [value]
  const words = (one: unknown) =>
    (Array.isArray(one) ? one.map(String) : String(one ?? '').split(/[,;]\s*/)).filter((word) => word !== '')
  let skips = false
  for (const term of terms) {
    const isMapping = typeof term === 'object' && term !== null
    const { files, paths, skip } = (isMapping ? term : { files: term }) as Readonly<Record<string, unknown>>
    skips ||= skip === true
    const within = words(paths)
    const found = words(files)
      .flatMap((file) => (isAbsolute(file) ? [file] : candidates(file, within, places)))
      .find((path) => existsSync(path))
    if (found !== undefined) return [found]
  }
  if (skips) return []
  throw wrong('none of these files is there', 'add "skip: true" where that is no mistake')
}

function candidates(file: string, within: readonly string[], places: readonly string[]): readonly string[] {
  if (within.length === 0) return places.map((place) => join(place, file))
  return within.flatMap((path) =>
    isAbsolute(path) ? [join(path, file)] : places.map((place) => join(place, path, file)),
  )
}

function linesOf(command: string, wrong: Wrong): readonly string[] {
  try {
    const printed = execFileSync('/bin/sh', ['-c', command], {
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 8 << 20,
    })
    return printed === '' ? [] : printed.replace(/\n$/, '').split('\n')
  } catch (error) {
    throw wrong(`this command failed here: ${error instanceof Error ? error.message.split('\n')[0] : ''}`)
  }
}

/** Chosen once for a run: what was planned is what is done. */
const choices = new WeakMap<Loop, number>()

function chosen(loop: Loop, list: readonly unknown[]): readonly unknown[] {
  if (list.length === 0) return []
  const share = choices.get(loop) ?? Math.random()
  choices.set(loop, share)
  return [list[Math.floor(share * list.length)]]
}
