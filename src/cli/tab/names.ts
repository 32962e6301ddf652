import { accessSync, constants, statSync } from 'node:fs'
import type { Machines } from '../../config/index.ts'
import type { Inventory } from '../../config/inventory/index.ts'
import { chooseInventory } from '../places.ts'
import type { Line } from './line.ts'
import type { Candidate } from './values.ts'

/** Groups and hosts of the line's inventory, as parts of a pattern: `a:!b`. */
export async function patterns(line: Line): Promise<readonly Candidate[]> {
  const inventory = await inventoryOf(line)
  const before = /^(.*[:,])?[!&]?/s.exec(line.typed)?.[0] ?? ''
  const groups = [...(inventory?.groups.keys() ?? [])].filter((name) => name !== 'ungrouped')
  return [
    ...groups.map((name) => ({ value: before + name, meaning: 'group' })),
    ...hostsIn(inventory).map((name) => ({ value: before + name, meaning: 'host' })),
  ]
}

/** Hosts of the line's inventory. */
export async function hosts(line: Line): Promise<readonly Candidate[]> {
  return hostsIn(await inventoryOf(line)).map((value) => ({ value }))
}

/** Directors of the line's clusters. */
export async function directors(line: Line): Promise<readonly Candidate[]> {
  const { clusters = [] } = (await machinesOf(line)) ?? {}
  return clusters.flatMap(({ name, directors: all }) =>
    all.map(({ host }) => ({ value: host, meaning: `director of ${name}` })),
  )
}

/** VIPs of the line's clusters. */
export async function vips(line: Line): Promise<readonly Candidate[]> {
  const { clusters = [] } = (await machinesOf(line)) ?? {}
  return clusters.flatMap(({ name, vips: all }) =>
    all.map(({ address }) => ({ value: address, meaning: `VIP of ${name}` })),
  )
}

/** Drills that fit the line's clusters, or all where no cluster is known; none twice. */
export async function drills(line: Line): Promise<readonly Candidate[]> {
  const { faults, faultsFor } = await import('../../drill/catalogue.ts')
  const { clusters = [] } = (await machinesOf(line)) ?? {}
  const fitting = clusters.flatMap((cluster) => faultsFor(cluster, { power: true }))
  return [...new Set(fitting.length > 0 ? fitting : faults)]
    .filter(({ name }) => !line.operands.includes(name))
    .map(({ name, summary }) => ({ value: name, meaning: summary }))
}

/** Kinds of things that `exec` can ask for. */
export async function kinds(): Promise<readonly Candidate[]> {
  const { kinds: all } = await import('../../resources/index.ts')
  return Object.values(all).map(({ name, summary }) => ({ value: name, meaning: summary }))
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

function hostsIn(inventory: Inventory | undefined): readonly string[] {
  return [...(inventory?.hosts.keys() ?? [])]
}

/** What cannot be read completes nothing; the command itself will say why. */
async function inventoryOf(line: Line): Promise<Inventory | undefined> {
  const { loadInventory } = await import('../../config/inventory/index.ts')
  const sources = sourcesOf(line)
  return sources && loadInventory(sources).catch(() => undefined)
}

async function machinesOf(line: Line): Promise<Machines | undefined> {
  const { loadMachines } = await import('../../config/index.ts')
  const inventory = sourcesOf(line)
  return inventory && loadMachines({ inventory, extraVars: [] }).catch(() => undefined)
}

/** The inventories that a line names, or the one of this directory unless that is a program: a tab runs no stranger's. */
function sourcesOf({ flags }: Line): readonly string[] | undefined {
  const named = flags.get('--inventory')
  if (named) return named
  try {
    const found = chooseInventory(undefined)
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
