import { randomBytes } from 'node:crypto'
import type { Client } from 'ssh2'
import type { Wire } from '../wire.ts'

/** A connection that let us in, and who uses it. */
export interface Kept {
  readonly key: string
  readonly client: Client
  readonly wire: Wire
  /** base64: its host's own, then those of the machines in between, the nearest to it first. */
  readonly hostKeys: readonly string[]
  /** The machine in between. */
  readonly through?: Kept
  readonly leases: Set<Lease>
  /** Connections that lead through it. */
  behind: number
  /** How long it is kept after the last of them. */
  seconds: number
  /** Nobody gets it any more. */
  isRetired: boolean
  isOver: boolean
  isEnding: boolean
  timer: NodeJS.Timeout | undefined
}

/** The use of a connection by one command. */
export interface Lease {
  readonly id: string
  readonly kept: Kept
  readonly isPassage: boolean
  /** Ends the programs and connections that it has under way. */
  readonly channels: Set<() => void>
}

/** What is known of a connection when it is made. */
export type Made = Pick<Kept, 'key' | 'client' | 'wire' | 'hostKeys' | 'through'>

/** A host that is there answers at once; one that does not in this time is connected to anew. */
const answersWithin = 2000

/** What was said last before a command left is still handed on. */
const lastWords = 1000

/** The connections that one process keeps: one for each destination that nobody uses, and those in use. */
export class KeptTable {
  readonly #byKey = new Map<string, Kept>()
  readonly #all = new Set<Kept>()
  readonly #leases = new Map<string, Lease>()
  readonly #onEmpty: () => void

  /** `onEmpty`: told whenever none is left. */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty
  }

  get isEmpty(): boolean {
    return this.#all.size === 0
  }

  /**
   * The kept one, for this command alone, unless it only wants to get through. A host allows so many programs over one
   * connection, and two commands at once have twice as many, as they have without a kept one.
   */
  lease(key: string, seconds: number, isPassage: boolean): Lease | undefined {
    const kept = this.#byKey.get(key)
    if (!kept || (!isPassage && [...kept.leases].some((one) => !one.isPassage))) return undefined
    return this.#take(kept, seconds, isPassage)
  }

  /** Adds one that was just made, for the one use of whoever made it. */
  adopt(made: Made, seconds: number, isPassage: boolean): Lease {
    const kept: Kept = {
      ...made,
      leases: new Set(),
      behind: 0,
      seconds,
      isRetired: true,
      isOver: false,
      isEnding: false,
      timer: undefined,
    }
    this.#all.add(kept)
    if (kept.through) kept.through.behind += 1
    const over = () => {
      kept.isOver = true
      this.retire(kept)
    }
    kept.client.on('error', over)
    kept.client.on('close', over)
    return this.#take(kept, seconds, isPassage)
  }

  /** Keeps it for others, now that its command has found nothing wrong, unless another one is kept already. */
  keep(kept: Kept): void {
    if (kept.isOver || this.#byKey.has(kept.key)) return
    kept.isRetired = false
    this.#byKey.set(kept.key, kept)
  }

  leaseOf(id: string): Lease | undefined {
    return this.#leases.get(id)
  }

  giveBack(lease: Lease): void {
    if (!this.#leases.delete(lease.id)) return
    lease.kept.leases.delete(lease)
    setTimeout(() => {
      for (const end of lease.channels) end()
    }, lastWords)
    this.#settle(lease.kept)
  }

  /** Nobody gets it any more, and it ends with the last who has it. */
  retire(kept: Kept): void {
    kept.isRetired = true
    if (this.#byKey.get(kept.key) === kept) this.#byKey.delete(kept.key)
    this.#settle(kept)
  }

  forget(key: string): void {
    const kept = this.#byKey.get(key)
    if (kept) this.retire(kept)
  }

  /** One more leads through it, or one less. */
  pass(kept: Kept, by: 1 | -1): void {
    kept.behind += by
    this.#settle(kept)
  }

  #take(kept: Kept, seconds: number, isPassage: boolean): Lease {
    clearTimeout(kept.timer)
    kept.seconds = seconds
    const lease: Lease = { id: randomBytes(12).toString('hex'), kept, isPassage, channels: new Set() }
    kept.leases.add(lease)
    this.#leases.set(lease.id, lease)
    return lease
  }

  #settle(kept: Kept): void {
    clearTimeout(kept.timer)
    if (kept.isEnding || (kept.leases.size > 0 && !kept.isOver)) return
    if (kept.isOver || (kept.isRetired && kept.behind === 0)) this.#end(kept)
    else if (kept.behind === 0) kept.timer = setTimeout(() => this.retire(kept), kept.seconds * 1000)
  }

  #end(kept: Kept): void {
    kept.isEnding = true
    // What was said last goes out before.
    const end = () => {
      this.#all.delete(kept)
      kept.client.end()
      kept.wire.close()
      if (kept.through) this.pass(kept.through, -1)
      if (this.isEmpty) this.#onEmpty()
    }
    if (kept.isOver) end()
    else setTimeout(end, lastWords)
  }
}

/** Does the host still answer? It is asked to end a forwarding that there is none of, which it refuses. */
export function answers({ client }: Kept): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => heard(false), answersWithin)
    const heard = (isThere: boolean) => {
      clearTimeout(timer)
      client.off('close', gone)
      resolve(isThere)
    }
    const gone = () => heard(false)
    client.once('close', gone)
    try {
      client.unforwardIn('127.0.0.1', 1, () => heard(true))
    } catch {
      heard(false)
    }
  })
}
