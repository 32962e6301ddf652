import { accessSync, constants, statSync } from 'node:fs'
import { type KnownName, knownClusters, knownHosts, knownKinds } from '../../operations/known.ts'
import { chooseInventory } from '../places.ts'
import { settingsGiven } from '../settings.ts'
import type { Candidate } from './candidate.ts'
import type { Line } from './line.ts'

/** Groups and hosts of the line's inventory, as parts of a pattern: `a:!b`. */
export async function patterns(line: Line): Promise<readonly Candidate[]> {
  const { groups, hosts: names } = await knownHosts(sourcesOf(line) ?? [])
  const before = /^(.*[:,])?[!&]?/s.exec(line.typed)?.[0] ?? ''
  return [
    ...groups.map((name) => ({ value: before + name, meaning: 'group' })),
    ...names.map((name) => ({ value: before + name, meaning: 'host' })),
  ]
}

/** Hosts of the line's inventory. */
export async function hosts(line: Line): Promise<readonly Candidate[]> {
  return (await knownHosts(sourcesOf(line) ?? [])).hosts.map((value) => ({ value }))
}

/** Directors of the line's clusters. */
export async function directors(line: Line): Promise<readonly Candidate[]> {
  return (await knownClusters(sourcesOf(line))).directors.map(candidate)
}

/** Realservers of the line's clusters, and the word for all of them. */
export async function realservers(line: Line): Promise<readonly Candidate[]> {
  const named = (await knownClusters(sourcesOf(line))).realservers.map(candidate)
  return [...named, { value: 'each', meaning: 'every realserver, one after the other' }]
}

/** VIPs of the line's clusters. */
export async function vips(line: Line): Promise<readonly Candidate[]> {
  return (await knownClusters(sourcesOf(line))).vips.map(candidate)
}

/** Drills that fit the line's clusters, or all where no cluster is known; none twice. */
export async function drills(line: Line): Promise<readonly Candidate[]> {
  const known = await knownClusters(sourcesOf(line))
  return known.drills.filter(({ name }) => !line.operands.includes(name)).map(candidate)
}

/** Kinds of things that `exec` can ask for. */
export async function kinds(): Promise<readonly Candidate[]> {
  return knownKinds().map(candidate)
}

/** Labs of this computer. */
export async function labs(): Promise<readonly Candidate[]> {
  const { listLabs } = await import('../../lab/index.ts')
  const names = await listLabs().catch(() => [])
  return names.map((value) => ({ value }))
}

/** Machines of the line's lab, or of the only one. */
export async function labMachines({ flags }: Line): Promise<readonly Candidate[]> {
  const { listLabs, openLab } = await import('../../lab/index.ts')
  const [only, more] = await listLabs().catch(() => [])
  const name = flags.get('--lab')?.at(-1) ?? (more === undefined ? only : undefined)
  const lab = name === undefined ? undefined : await openLab(name).catch(() => undefined)
  return lab?.machines.map((machine) => ({ value: machine.name, meaning: machine.address })) ?? []
}

function candidate({ name, meaning }: KnownName): Candidate {
  return { value: name, meaning }
}

/** The inventories that a line names, or the one of this directory unless that is a program: a tab runs no stranger's. */
function sourcesOf({ flags }: Line): readonly string[] | undefined {
  const named = flags.get('--inventory')
  if (named) return named
  try {
    const found = chooseInventory(undefined, settingsGiven().inventory?.value)
    return found.some(isProgram) ? undefined : found
  } catch {
    return undefined
  }
}

function isProgram(path: string): boolean {
  if (statSync(path).isDirectory()) return true
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
