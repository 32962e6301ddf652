import { hostsOfCluster } from '../cluster/index.ts'
import type { Host } from '../model/host.ts'
import type { Meant } from '../model/meant.ts'
import { type Origin, showOrigin } from '../model/origin.ts'
import type { Intent } from '../model/task.ts'
import { type ClusterReading, type ClustersFound, clustersOf } from './clusters.ts'
import { connectionOf, type Inventory, loadInventory, matchHosts } from './inventory/index.ts'
import type { Warn } from './problem.ts'
import { secretReads } from './secret-reads.ts'
import {
  type AskedPasswords,
  type Given,
  passwordsTold,
  type SecretSources,
  secretSources,
} from './secret-sources.ts'
import { secretsOf } from './secrets.ts'
import { noSettings, usualConnection } from './settings/effects.ts'
import type { AnsibleSettings } from './settings/read.ts'

/** Which machines, as a user names them. */
export interface InventoryRequest {
  readonly inventory: readonly string[]
  readonly limit?: string | undefined
  /** What each `-e` says. */
  readonly extraVars: readonly string[]
  /** Passwords of ansible-vault by their labels; who is asked for one is asked once. */
  readonly vaultPasswords?: AskedPasswords | undefined
  /** What `!env` finds before it looks into the environment. */
  readonly given?: Given | undefined
  /** Is told of each secret as it comes to be known: while files are read, and while values are computed. */
  readonly onSecret?: ((secret: string) => void) | undefined
  /** What ansible.cfg and the environment say. */
  readonly settings?: AnsibleSettings | undefined
  /** Work as root where the inventory does not say otherwise. */
  readonly become?: boolean | undefined
}

/** All machines of the inventories and the clusters they are to make up. */
export interface Machines extends ClustersFound {
  /** Connections of all hosts, also those that `--limit` leaves out. */
  readonly machines: ReadonlyMap<string, Host>
  readonly secrets: ReadonlySet<string>
}

/**
 * Reads inventories and clusters alone, and the sources of applications where they are asked for; `limit` leaves the clusters that it touches, whole, and the hosts that are
 * `chosen`. Throws InvalidInput.
 */
export async function loadMachines(
  request: InventoryRequest & { readonly readsApplications?: boolean },
): Promise<Machines & { readonly chosen: readonly string[] }> {
  const { inventory, machines } = await readMachines(request)
  const { limit } = request
  if (limit === undefined) return { ...machines, chosen: [...machines.machines.keys()] }
  const chosen = matchHosts(limit, inventory)
  const touched = (host: string) => chosen.includes(host)
  return {
    ...machines,
    chosen,
    clusters: machines.clusters.filter((cluster) => hostsOfCluster(cluster).some(touched)),
  }
}

/** The machines of an inventory, with all that they were read with. Throws InvalidInput. */
export async function readMachines(request: InventoryRequest & { readonly readsApplications?: boolean }) {
  const { warn, warnings, meant } = collectingWarnings()
  const reads = secretReads(request.onSecret)
  const secrets = await sourcesFor(request, reads.learn)
  const { settings = noSettings, extraVars } = request
  const usually = usualConnection(settings)
  const inventory = await loadInventory(request.inventory, { extraVars, warn, secrets, usually })
  const machines = machinesOf(inventory, request.become === true, {
    warnings,
    reads,
    secrets,
    onlyLooks: true,
    ...(request.readsApplications ? { readsApplications: true } : {}),
  })
  return { inventory, machines, warn, meant, reads, secrets }
}

/** Where the secrets of a run come from; asks for the passwords that are to be asked for. */
export async function sourcesFor(
  { vaultPasswords = {}, given }: Pick<InventoryRequest, 'vaultPasswords' | 'given'>,
  learn?: (secret: string) => void,
): Promise<SecretSources> {
  return secretSources(await passwordsTold(vaultPasswords), learn, given)
}

/** What an inventory that was read already says of machines and clusters. Throws InvalidInput. */
export function machinesOf(
  inventory: Inventory,
  becomes: boolean,
  { warnings, ...reading }: { readonly warnings: Intent['warnings'] } & ClusterReading,
): Machines {
  const { reads } = reading
  for (const secret of secretsOf(inventory)) reads.learn(secret)
  const found = clustersOf(inventory, reading)
  return {
    ...found,
    warnings: [...warnings, ...found.warnings],
    machines: new Map([...inventory.hosts].map(([name, host]) => [name, connectionOf(host, becomes)])),
    secrets: reads.known,
  }
}

/** Collects what is doubtful but no error, and comments that say what of it is meant. */
export function collectingWarnings(): {
  readonly warn: Warn
  readonly warnings: Intent['warnings'][number][]
  readonly meant: Meant[]
} {
  const warnings: Intent['warnings'][number][] = []
  const meant: Meant[] = []
  const tell = (rule: string, message: string, origin: Origin) => warnings.push({ rule, message, origin })
  // A file that is read for several hosts or roles is read several times.
  const known = new Set<string>()
  const note = (comment: Meant) => {
    const place = showOrigin(comment.origin)
    if (!known.has(place)) meant.push(comment)
    known.add(place)
  }
  return { warnings, meant, warn: Object.assign(tell, { meant: note }) }
}
