import { type Cluster, hostsOfCluster, servingHosts } from '../cluster/index.ts'
import type { Connect } from '../engine/delegates.ts'
import { Failure } from '../model/failure.ts'
import { endWords, type Fence, type Holder, holderWords, lasting, takenBy } from '../model/holder.ts'
import type { Host } from '../model/host.ts'
import type { Program } from '../model/script.ts'
import type { HoldingSession } from '../model/session.ts'
import type { RunConnector } from './connector.ts'
import { openAll } from './opening.ts'
import { takeAll, takeInTurn } from './taking-locks.ts'

/** Whether a run that changes something takes its machines from another one. */
export interface Locking {
  /** Take the lock of machines also where another run has it and lives: that one stops before its next change there. */
  readonly stealLock?: boolean
  /** By whose leave it comes, where somebody gives it: machines refuse whoever comes after a later one. */
  readonly fence?: Fence | undefined
}

/** The machines of a run, which has them for itself until it is disposed of. */
export interface LockedMachines extends AsyncDisposable {
  /** Hands out the sessions that are open already; each one holds the lock of its machine while it is open. */
  readonly open: Connect
  /** Aborted, with the failure that tells by whom, once another run has taken one of the locks. */
  readonly taken: AbortSignal
}

/** How locks are taken, and who is told of what is found. */
export interface LockOptions {
  readonly connect: RunConnector
  readonly steal: boolean
  readonly fence?: Fence | undefined
  /** Seconds for which another run is waited for before it is a refusal. */
  readonly patience: number
  readonly forks: number
  readonly signal: AbortSignal
  readonly warn: (message: string) => void
  /** Is told once of each run that is waited for. */
  readonly waiting: (host: string, on: string) => void
  /** What a machine is to be asked as soon as its lock is had, if anything. */
  readonly ahead?: (host: string) => Program | undefined
}

/** Which machines a run locks: those it works on, and with them all that make up their clusters. */
export interface ToLock {
  readonly worked: ReadonlyMap<string, Host>
  readonly carriers: ReadonlyMap<string, Host>
}

/**
 * A cluster is locked by the locks of all its directors, realservers and the NFS server: whoever works on one of its
 * machines alone meets there whoever works on another one. Machines of `clients` belong to it, and carry nothing.
 */
export function machinesToLock(
  worked: ReadonlyMap<string, Host>,
  {
    clusters,
    machines,
  }: { readonly clusters: readonly Cluster[]; readonly machines: ReadonlyMap<string, Host> },
): ToLock {
  const touched = clusters.filter((cluster) => hostsOfCluster(cluster).some((host) => worked.has(host)))
  const carriers = touched.flatMap((cluster) => [...carriersOf(cluster, machines)])
  return { worked, carriers: new Map(carriers.filter(([name]) => !worked.has(name))) }
}

/** The machines whose locks are the lock of a cluster. */
export function carriersOf(cluster: Cluster, machines: ReadonlyMap<string, Host>): ReadonlyMap<string, Host> {
  const members = servingHosts(cluster)
  return new Map([...machines].filter(([name]) => members.includes(name)))
}

/**
 * Takes the locks of all machines that can be reached, or of none: throws LOCKED, saying who has one, before anything is
 * changed. A machine that cannot be reached keeps nobody away, and is no hindrance; it is locked when it is reached later.
 */
export async function lockMachines(
  { worked, carriers }: ToLock,
  options: LockOptions,
): Promise<LockedMachines> {
  const { connect, forks, signal, warn, fence } = options
  const { deed } = connect
  if (!deed) throw new Error('a run without a name cannot lock anything')
  const taken = new AbortController()
  const onTaken = (host: string) => (by: Holder | undefined) => taken.abort(takenBy(by, host))
  const opened = new Map<string, HoldingSession>()
  const failed = new Map<string, Failure>()
  const hosts = lockOrder({ worked, carriers })
  const leaving = new AbortController()
  const opening = openAll(hosts, {
    open: connect.open,
    forks,
    signal: AbortSignal.any([signal, leaving.signal]),
  })
  for (const [name, session] of opening)
    session.then(
      (one) => opened.set(name, one),
      (error: unknown) => {
        if (error instanceof Failure && error.code !== 'INTERRUPTED') failed.set(name, error)
      },
    )
  const dispose = async () => {
    leaving.abort()
    await Promise.allSettled(opening.values())
    const all = [...opened.values()]
    opened.clear()
    await Promise.allSettled(all.map((session) => session[Symbol.asyncDispose]()))
  }
  try {
    const machines = [...opening].map(([host, session]) => ({ host, session }))
    // Who waits for nobody, or robs, must meet whoever does the same on the first machine of both.
    const take = options.steal || options.patience === 0 ? takeInTurn : takeAll
    const { before, notHeld } = await take(machines, {
      ...options,
      giveBack: async ({ host }) => opened.get(host)?.giveBack(),
      hold: async ({ host, session }) => {
        const machine = await session
        const ahead = options.ahead?.(host)
        const request = { deed, steal: options.steal, fence, onTaken: onTaken(host) }
        return machine.hold({ ...request, ...(ahead ? { ahead } : {}) }, signal)
      },
    })
    for (const message of tellBefore(before)) warn(message)
    const without = [...notHeld].filter(([name]) => carriers.has(name))
    if (without.length > 0)
      warn(
        `${without.map(([name]) => name).join(', ')}: not locked, so whoever works there alone is not kept away (${without[0]?.[1].message})`,
      )
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    taken: taken.signal,
    async open(host, until) {
      const session = opened.get(host.name)
      opened.delete(host.name)
      if (session) return session
      const failure = failed.get(host.name)
      failed.delete(host.name)
      if (failure) throw failure
      const anew = await connect.open(host, until)
      if (!worked.has(host.name) && !carriers.has(host.name)) return anew
      return relocked(anew, () =>
        anew.hold({ deed, steal: false, fence, onTaken: onTaken(host.name) }, until).then((outcome) => {
          if (outcome.is === 'busy') onTaken(host.name)(outcome.holder)
        }),
      )
    },
    [Symbol.asyncDispose]: dispose,
  }
}

/** Even where another run is there by now: what is ours there can be put back, and nothing else is begun. */
async function relocked(session: HoldingSession, hold: () => Promise<void>): Promise<HoldingSession> {
  try {
    await hold()
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'INTERRUPTED') {
      await session[Symbol.asyncDispose]()
      throw error
    }
  }
  return session
}

/** The machines in the order in which locks are taken. */
export function lockOrder({ worked, carriers }: ToLock): readonly Host[] {
  return [...worked.values(), ...carriers.values()].toSorted(byPlace)
}

/** The same for everybody, whatever an inventory calls its machines. */
function byPlace(one: Host, other: Host): number {
  const [a, b] = [one, other].map(({ address, port }) => `${address} ${port ?? 22}`)
  return a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1
}

/** A sentence for each run whose locks were taken away. */
function tellBefore(before: ReadonlyMap<string, Holder>): readonly string[] {
  const runs = new Map<string, (readonly [host: string, holder: Holder])[]>()
  for (const [host, holder] of before) {
    const key = `${holder.run} ${holder.ended}`
    runs.set(key, [...(runs.get(key) ?? []), [host, holder]])
  }
  return [...runs.values()].flatMap((all) => {
    const [first] = all
    if (!first) return []
    const [, holder] = first
    const hosts = all.map(([host]) => host).join(', ')
    const who = holderWords(holder)
    return holder.ended === undefined
      ? `took the lock of ${hosts} from ${who}, which had it for ${lasting(holder.seconds)} and lives: it stops before its next change there`
      : `took over the lock of ${hosts} from ${who}, which did not come to its end: ${endWords[holder.ended]}`
  })
}
