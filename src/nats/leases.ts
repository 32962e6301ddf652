import { setTimeout as pause } from 'node:timers/promises'
import {
  type Ending,
  endedSo,
  givenBack,
  isHeldByOther,
  type Lease,
  type LeaseHolder,
  type LeaseTimes,
  renewed,
  takenBy,
} from '../fleet/lease.ts'
import { Failure } from '../model/failure.ts'
import type { Bucket } from './bucket.ts'
import { isGone } from './failures.ts'

/** A cluster that is ours until it is disposed of, or taken. */
export interface HeldLease extends AsyncDisposable {
  readonly fence: { readonly epoch: number; readonly number: number }
  /** How this job fared so far, this time included. */
  readonly begun: Lease['begun']
  /** Says how it ended this time; who never says so is taken to have died of it. */
  ended(how: Ending): void
  /** Aborted, with a Failure, once somebody else has the cluster. */
  readonly lost: AbortSignal
}

interface Taking extends LeaseTimes {
  readonly cluster: string
  readonly holder: LeaseHolder
  readonly signal: AbortSignal
}

/**
 * Takes the lease of a cluster. Where somebody else has it, his signs of life are waited for: without any for the time of a lease it is
 * taken from him. No clock is compared with another one. Throws LOCKED where he lives.
 */
export async function takeLease(locks: Bucket<Lease>, taking: Taking): Promise<HeldLease> {
  const { cluster, holder, lease: patience, signal } = taking
  let seen: number | undefined
  let since = 0
  for (;;) {
    const found = await locks.get(cluster)
    if (!found || !isHeldByOther(found.value, holder.worker) || isSilent(found.revision)) {
      const mine = takenBy(holder, found?.value)
      const revision = await locks.write(cluster, mine, found?.revision)
      if (revision !== undefined)
        return keptAlive(locks, { ...taking, epoch: await locks.made(), mine, revision })
    } else if (seen !== undefined && seen !== found.revision) throw heldBy(cluster, found.value.holder)
    else {
      if (seen === undefined) since = performance.now()
      seen = found.revision
    }
    await pause(500, undefined, { signal })
  }

  function isSilent(revision: number): boolean {
    return seen === revision && performance.now() - since > 1000 * patience
  }
}

function heldBy(cluster: string, holder: LeaseHolder | undefined): Failure {
  const who = holder ? `${holder.did} of ${holder.by}, at the worker ${holder.worker}` : 'somebody'
  return new Failure('LOCKED', `${cluster} is in use since ${holder?.since}: ${who}`, {
    next: 'wait until that is over: understudy fleet status shows it',
  })
}

function keptAlive(
  locks: Bucket<Lease>,
  {
    cluster,
    beat,
    epoch,
    mine,
    revision,
  }: Taking & { readonly epoch: number; readonly mine: Lease; readonly revision: number },
): HeldLease {
  const lost = new AbortController()
  const over = new AbortController()
  let last = { lease: mine, revision }
  let ending: Ending | undefined
  const beating = (async () => {
    for (;;) {
      await pause(1000 * beat, undefined, { signal: over.signal, ref: false })
      const next = renewed(last.lease)
      try {
        const written = await locks.write(cluster, next, last.revision)
        if (written !== undefined) {
          last = { lease: next, revision: written }
          continue
        }
        const found = await locks.get(cluster)
        // What we had written although nobody told us that it had come.
        if (found?.value.fence === mine.fence) last = { lease: found.value, revision: found.revision }
        else {
          lost.abort(takenFrom(cluster, found?.value.holder))
          return
        }
      } catch (error) {
        // A site that is cut off goes on: its machines know whether somebody came later.
        if (!isGone(error)) throw error
      }
    }
  })().catch((error: unknown) => {
    if (!over.signal.aborted) lost.abort(error)
  })
  return {
    fence: { epoch, number: mine.fence },
    begun: mine.begun,
    lost: lost.signal,
    ended(how) {
      ending = how
    },
    async [Symbol.asyncDispose]() {
      over.abort()
      await beating
      if (lost.signal.aborted) return
      const left = givenBack(ending === undefined ? last.lease : endedSo(last.lease, ending))
      await locks.write(cluster, left, last.revision).catch((error: unknown) => {
        if (!isGone(error)) throw error
      })
    },
  }
}

function takenFrom(cluster: string, holder: LeaseHolder | undefined): Failure {
  return new Failure(
    'LOCKED',
    `${cluster} was given to ${holder ? `the worker ${holder.worker}` : 'somebody else'}, as nothing was heard from here`,
    { next: 'nothing: whoever has it now makes it whole' },
  )
}
