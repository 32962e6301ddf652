import { type ClusterProblem, type ClusterSettings, type Member, vocabulary } from '../../cluster/index.ts'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { originAt, type Sourced } from '../../model/sourced.ts'
import { validate } from '../validate.ts'
import { inOrder } from './complaints.ts'
import { connectionOf } from './connections.ts'
import type { Inventory, InventoryHost } from './inventory.ts'
import { sharedMachines } from './shared-machines.ts'
import { type WordName, wordNames } from './word-names.ts'

/** The hosts as the HA model sees them, and where a thing it finds wrong stands. */
export interface ClusterMembers {
  readonly members: readonly Member[]
  originOf(place: Place): Origin | undefined
  /** What stands there, and whether it came from a source of secrets. */
  valueAt(place: Place): { readonly origin: Origin | undefined; readonly secret: boolean }
}

/** A part of a host's variable. */
type Place = Pick<ClusterProblem, 'host' | 'path'>

/**
 * Checks the variables `cluster`, `director` and `realserver` of every host. Throws InvalidInput with each
 * wrong key and value once, however many hosts share it.
 */
export function clusterMembers(inventory: Inventory): ClusterMembers {
  const problems: Failure[] = []
  const checked = new Map<Sourced, unknown>()
  const typed = (name: WordName, value: Sourced) => {
    if (!checked.has(value)) checked.set(value, check(name, value, problems))
    return checked.get(value)
  }
  const shared = sharedMachines(
    inventory,
    (value) => typed('cluster', value) as ClusterSettings | undefined,
    problems,
  )
  const told: Told = (host, name) => {
    const value = sourcedOf(host, name)
    return (value && shared.values.get(value)) ?? value
  }
  const settings = <T extends WordName>(host: InventoryHost, name: T) => {
    const value = told(host, name)
    const found = value && typed(name, value)
    return found === undefined ? {} : { [name]: found }
  }
  const members = [...inventory.hosts.values()].map((host) => ({
    name: host.name,
    ...reachedAt(host),
    groups: [...host.groups, ...(shared.groups.get(host.name) ?? [])],
    ...settings(host, 'cluster'),
    ...settings(host, 'director'),
    ...settings(host, 'realserver'),
  }))
  if (problems.length > 0) throw new InvalidInput(inOrder(problems))
  const originOf = (place: Place) => placeOf(inventory, told, place)
  return {
    members,
    originOf,
    valueAt: (place) => ({ origin: originOf(place), secret: isSecretAt(inventory, told, place) }),
  }
}

function reachedAt(host: InventoryHost) {
  const { address, port = 22, connection, user } = connectionOf(host)
  if (connection === 'local') return { address }
  return { address, sshPort: port, ...(user === undefined ? {} : { login: user }) }
}

/** What a host is told, where clusters that share machines are one already. */
type Told = (host: InventoryHost, name: WordName) => Sourced | undefined

/** The value of a variable with a meaning; one set to nothing counts as absent. */
function sourcedOf(host: InventoryHost, name: WordName): Sourced | undefined {
  const value = host.variables.get(name)?.value
  return value && 'scalar' in value && value.scalar === null ? undefined : value
}

function check(name: WordName, value: Sourced, problems: Failure[]): unknown {
  try {
    return validate<unknown>(vocabulary[name], value, name)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    problems.push(...error.problems)
    return undefined
  }
}

function isSecretAt(inventory: Inventory, told: Told, { host = '', path: [name, ...path] }: Place): boolean {
  const found = inventory.hosts.get(host)
  let value = found && told(found, name as WordName)
  for (const step of path)
    value =
      value && 'entries' in value
        ? value.entries.get(String(step))?.value
        : value && 'items' in value
          ? value.items[Number(step)]
          : undefined
  return value !== undefined && 'scalar' in value && value.secret === true
}

function placeOf(inventory: Inventory, told: Told, { host, path }: Place): Origin | undefined {
  const name = wordNames.find((each) => each === path[0])
  const found = host === undefined ? undefined : inventory.hosts.get(host)
  if (!found) return undefined
  const value = name && told(found, name)
  return value ? originAt(value, path.slice(1)) : found.origin
}
