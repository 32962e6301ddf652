import { sourcesFor } from '../config/index.ts'
import {
  dynamicList,
  type Explanation,
  explanations,
  graph,
  type Inventory,
  type InventoryHost,
  loadInventory,
  matchHosts,
  onlyHosts,
  valuesOf,
} from '../config/inventory/index.ts'
import { Failure } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import { quoted } from '../model/quoted.ts'
import { type InventoryOptions, secretTeller } from './options.ts'

export { type Explanation, explanationText } from '../config/inventory/index.ts'

/** What of an inventory is read. */
export interface ReadOptions extends InventoryOptions {
  /** Is told of what is doubtful, but no error. */
  readonly onWarning?: (message: string, origin: Origin) => void
}

/** Which host is shown. */
export interface HostOptions extends Omit<ReadOptions, 'limit'> {
  /** Its name, or a pattern that means one host alone. */
  readonly host: string
  /** Show what looks like a secret. */
  readonly showSecrets?: boolean
}

/** Groups and hosts as a tree, such as `ansible-inventory --graph` draws. */
export async function inventoryGraph(options: ReadOptions): Promise<string> {
  return graph(await limited(options))
}

/** Everything as a dynamic inventory answers it; secrets are in it. */
export async function inventoryList(options: ReadOptions): Promise<Readonly<Record<string, unknown>>> {
  return dynamicList(await limited(options))
}

/** Every variable of a host by its name, with the value that won. */
export async function hostVariables(options: HostOptions): Promise<Readonly<Record<string, unknown>>> {
  return valuesOf(await oneHost(options), options.showSecrets === true)
}

/** What gave each variable of a host its value, and what it overruled. */
export async function explainHost(options: HostOptions): Promise<readonly Explanation[]> {
  return explanations(await oneHost(options), options.showSecrets === true)
}

async function read(options: Omit<ReadOptions, 'limit'>): Promise<Inventory> {
  const { inventory, extraVars, onWarning } = options
  const secrets = await sourcesFor(options, secretTeller(options))
  return loadInventory(inventory, {
    extraVars,
    secrets,
    ...(onWarning ? { warn: (_, message, origin) => onWarning(message, origin) } : {}),
  })
}

async function limited(options: ReadOptions): Promise<Inventory> {
  const inventory = await read(options)
  return options.limit === undefined ? inventory : onlyHosts(inventory, matchHosts(options.limit, inventory))
}

async function oneHost(options: HostOptions): Promise<InventoryHost> {
  const { host: name } = options
  const inventory = await read(options)
  const [only, more] = inventory.hosts.has(name) ? [name] : matchHosts(name, inventory)
  const host = only === undefined || more !== undefined ? undefined : inventory.hosts.get(only)
  if (host) return host
  throw new Failure('INVALID_INPUT', `${quoted(name)} is not one host`, {
    next: 'name one; --graph shows them all',
  })
}
