import {
  addressOf,
  behind,
  type Cluster,
  eachFamily,
  knownAddress,
  serversOf,
  tiersOf,
  type Vip,
} from '../cluster/index.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { NeedsFacts } from '../model/task.ts'

/** A machine of the cluster, as far as its addresses go. */
export type Machine = Parameters<typeof addressOf>[2]

/** Where the pages come from, where that is one machine. */
export interface SharedPages {
  readonly server: string
  readonly path: string
  /** Who serves them. */
  readonly clients: readonly { readonly host: string; readonly address: string }[]
}

/** The machine with the pages, and who serves them. */
export function sharedBy(
  cluster: Cluster,
  facts: ReadonlyMap<string, Facts>,
): {
  readonly nfs?: SharedPages
} {
  const { nfs, vips } = cluster
  const [vip] = vips
  if (!nfs || !vip) return {}
  return {
    nfs: {
      server: addressIn(cluster, vip, nfs, facts),
      path: nfs.export,
      clients: serversOf(cluster).map((one) => ({
        host: one.host,
        address: addressIn(cluster, vip, one, facts),
      })),
    },
  }
}

/** Is it known where to ask every machine that serves for its page, before any of them was asked? */
export function addressesAreKnown(cluster: Cluster): boolean {
  return tiersOf(cluster).every((tier) =>
    tier.vips
      .flatMap((vip) => eachFamily(tier, vip))
      .every((vip) =>
        serversOf(tier).every((server) => knownAddress(server, behind(tier, vip)) !== undefined),
      ),
  )
}

/** Of a machine that cannot be asked its address, the one we connect to is the best guess. */
export function addressIn(
  cluster: Cluster,
  vip: Vip,
  machine: Machine,
  facts: ReadonlyMap<string, Facts>,
): string {
  try {
    return addressOf(cluster, behind(cluster, vip), machine, { facts, registered: new Map() })
  } catch (error) {
    if (error instanceof NeedsFacts || error instanceof Failure) return machine.connection
    throw error
  }
}
