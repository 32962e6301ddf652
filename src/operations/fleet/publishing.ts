import type { KeyPair } from '@nats-io/nkeys'
import type { StandingOrder, Subject } from '../../fleet/order.ts'
import type { FleetOnEngine } from '../../nats/fleet.ts'
import { ourVersion } from '../keeping.ts'
import { type MadeBundle, makeBundle } from './bundling.ts'
import { schedulesOf, standingOrderFor, subjectOf } from './ordering.ts'
import type { Fleet, NamedCluster } from './reading.ts'

/** What travels for clusters. */
export interface Sending {
  readonly bundle: MadeBundle
  readonly subjects: ReadonlyMap<string, Subject>
}

/** Throws INVALID_INPUT for what must not travel, or is not there: before anything of a run is on the engine. */
export async function sendingOf(fleet: Fleet, chosen: readonly NamedCluster[]): Promise<Sending> {
  const bundle = await makeBundle(fleet, ourVersion())
  const subjects = chosen.map(async (one) => [one.cluster, await subjectOf(fleet, one, bundle)] as const)
  return { bundle, subjects: new Map(await Promise.all(subjects)) }
}

interface Publishing {
  readonly fleet: Fleet
  readonly there: FleetOnEngine
  readonly bundle: MadeBundle
  readonly by: string
  readonly key: KeyPair
}

/** Tells workers what clusters are to be, for what they do by their schedules. */
export class Publisher {
  readonly #about: Publishing

  constructor(about: Publishing) {
    this.#about = about
  }

  /** The files themselves: before anything names them. */
  async keepBundle(): Promise<void> {
    const { there, bundle } = this.#about
    await there.bundles.keep(bundle.reference.digest, bundle.bytes)
  }

  /** What a cluster is to be from now on. */
  async publish(one: NamedCluster, subject: Subject): Promise<void> {
    const standing = this.#standing(subject, schedulesOf(this.#about.fleet, one))
    await this.#about.there.buckets.clusters.put(one.cluster, standing)
  }

  /** That there is such a cluster, where nobody has said so: nothing is done to it by itself before its turn in a run has come. */
  async introduce(one: NamedCluster, subject: Subject): Promise<void> {
    await this.#about.there.buckets.clusters.write(one.cluster, this.#standing(subject, []), undefined)
  }

  #standing(subject: Subject, schedules: StandingOrder['schedules']) {
    const { fleet, by, key } = this.#about
    return standingOrderFor(fleet, { subject, schedules, by, key, now: Date.now() })
  }
}
