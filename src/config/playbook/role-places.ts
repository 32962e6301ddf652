import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import { plain } from '../../model/sourced.ts'
import { readTextFileNow } from '../files.ts'
import { parseYaml } from '../yaml.ts'
import { besidePlaybook, mainFile, type Reading } from './reading.ts'
import type { Role } from './spec.ts'

/** Directories in which roles are looked for, one after the other. */
export function placesOfRoles({ playbookDirectory, ownRoles, settings }: Reading): readonly string[] {
  const {
    value: usual = [join(homedir(), '.ansible/roles'), '/usr/share/ansible/roles', '/etc/ansible/roles'],
  } = settings.rolesPath ?? {}
  return [join(playbookDirectory, 'roles'), ...usual, join(playbookDirectory, '..', 'roles'), ownRoles]
}

/** Where the role of this name stands: of a collection, by its path, or among the roles; in collections that are searched first. */
export function directoryOf(
  written: string,
  reading: Reading,
  searched: readonly string[],
  /** The role that names it. */
  by: Role | undefined,
): string | undefined {
  const from = [...(by ? [by.directory] : []), ...reading.chain.toReversed(), reading.playbookDirectory]
  const ofCollection = (collection: string, role: string) =>
    collectionsCalled(collection, from, reading)
      .map((place) => join(place, 'roles', role))
      .find((path) => existsSync(path))
  const name = besidePlaybook(written, reading)
  const [, collection, role] = /^([a-z_]\w*\.[a-z_]\w*)\.(\w+)$/.exec(name) ?? []
  if (collection !== undefined && role !== undefined) return ofCollection(collection, role)
  if (isAbsolute(name)) return existsSync(name) ? name : undefined
  const nearer = searched.flatMap((one) => ofCollection(one, name) ?? [])
  const places = [...placesOfRoles(reading), ...(name.includes('/') ? [reading.playbookDirectory] : [])]
  return [...nearer, ...places.map((place) => join(place, name))].find((place) => existsSync(place))
}

/** The collection that a role belongs to, by the directories above it. */
export function collectionAround(directory: string, reading: Reading): string | undefined {
  if (basename(dirname(directory)) !== 'roles') return undefined
  const root = dirname(dirname(directory))
  const space = dirname(root)
  if (basename(dirname(space)) === 'ansible_collections') return `${basename(space)}.${basename(root)}`
  return collectionIn(root, reading)
}

/** Directories that a collection may have, those that stand above what is being read first. */
function collectionsCalled(collection: string, from: readonly string[], reading: Reading): readonly string[] {
  const [space = '', name = ''] = collection.split('.')
  const around = [...new Set(from.flatMap((path) => above(resolve(path))))]
  return [
    ...around.filter((directory) => collectionIn(directory, reading) === collection),
    ...placesOfCollections(reading).map((place) => join(place, 'ansible_collections', space, name)),
  ]
}

function placesOfCollections({ playbookDirectory, settings }: Reading): readonly string[] {
  const { value: ours = [join(homedir(), '.ansible/collections'), '/usr/share/ansible/collections'] } =
    settings.collectionsPath ?? {}
  return [join(playbookDirectory, 'collections'), ...ours]
}

function above(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...above(parent)]
}

/** `namespace.name`, as galaxy.yml of a directory says; what is wrong with it is nobody's concern here. */
function collectionIn(directory: string, reading: Reading): string | undefined {
  const path = mainFile(directory, 'galaxy')
  if (path === undefined) return undefined
  try {
    const said = plain(parseYaml(readTextFileNow(path), path, { ...reading, warn: () => {} }))
    const { namespace, name } = (said ?? {}) as { readonly namespace?: unknown; readonly name?: unknown }
    return `${namespace}.${name}`
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}
