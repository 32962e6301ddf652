import { setTimeout as pause } from 'node:timers/promises'
import { limited } from '../engine/limit.ts'
import { Failure } from '../model/failure.ts'
import { type Holder, type HoldOutcome, holderWords, lasting } from '../model/holder.ts'

/** How locks are taken. */
export interface Taking<Machine> {
  readonly hold: (machine: Machine) => Promise<HoldOutcome>
  readonly giveBack: (machine: Machine) => Promise<void>
  /** Machines asked at the same time. */
  readonly forks: number
  /** Seconds, for all machines together. */
  readonly patience: number
  readonly signal: AbortSignal
  readonly waiting: (host: string, on: string) => void
}

/** What was found on the machines. */
export interface Taken {
  /** Who had the lock before, by machine. */
  readonly before: ReadonlyMap<string, Holder>
  /** Machines that have no lock, and why. */
  readonly notHeld: ReadonlyMap<string, Failure>
}

interface Locked {
  readonly host: string
}

/**
 * Takes the locks of machines that come in the same order for everybody: the first, and then all others at once. Of two runs
 * that begin at the same time nearly always one meets the other on the first. Where a later one is another run's, all are
 * given back and taken one after the other: nobody waits there for somebody who waits for him. Throws LOCKED where another
 * run is still there after `patience`, and INTERRUPTED.
 */
export async function takeAll<Machine extends Locked>(
  machines: readonly Machine[],
  taking: Taking<Machine>,
): Promise<Taken> {
  const locks = new Locks(taking)
  const [first, ...others] = machines
  if (first) await locks.take(first)
  const isFree = await locks.tryAll(others)
  if (!isFree) {
    await locks.giveAllBack(machines)
    for (const machine of machines) await locks.take(machine)
  }
  return locks
}

/**
 * Takes the locks one after the other: of two runs that begin at the same time one meets the other on the first machine that
 * both reach, and only that one is refused. Throws LOCKED where another run is still there after `patience`, or at once where
 * that is 0, and INTERRUPTED.
 */
export async function takeInTurn<Machine extends Locked>(
  machines: readonly Machine[],
  taking: Taking<Machine>,
): Promise<Taken> {
  const locks = new Locks(taking)
  for (const machine of machines) await locks.take(machine)
  return locks
}

class Locks<Machine extends Locked> implements Taken {
  readonly before = new Map<string, Holder>()
  readonly notHeld = new Map<string, Failure>()
  readonly #taking: Taking<Machine>
  /** From the first that is in use: until then it was waited for machines, not for a run. */
  #deadline: number | undefined

  constructor(taking: Taking<Machine>) {
    this.#taking = taking
  }

  /** Takes one, and waits for whoever has it. */
  async take(machine: Machine): Promise<void> {
    const { host } = machine
    const { patience, signal, waiting } = this.#taking
    let told = ''
    for (;;) {
      const holder = await this.#try(machine)
      if (!holder) return
      this.#deadline ??= performance.now() + 1000 * patience
      if (performance.now() >= this.#deadline) throw inUse(host, holder)
      if (told !== holder.run)
        waiting(host, `${holderWords(holder)}, which has its lock, for ${patience} s at most`)
      told = holder.run
      await pause(1000, undefined, { signal }).catch(() => {
        throw new Failure('INTERRUPTED', 'interrupted', { where: { host } })
      })
    }
  }

  /** Takes all of them unless another run has one; says whether that is so. */
  async tryAll(machines: readonly Machine[]): Promise<boolean> {
    let isFree = true
    await limited(this.#taking.forks, machines, async (machine) => {
      if (isFree && (await this.#try(machine))) isFree = false
    })
    return isFree
  }

  async giveAllBack(machines: readonly Machine[]): Promise<void> {
    await limited(this.#taking.forks, machines, (machine) => this.#taking.giveBack(machine))
  }

  /** Whoever has it, where it cannot be had. */
  async #try(machine: Machine): Promise<Holder | undefined> {
    const { host } = machine
    if (this.notHeld.has(host)) return undefined
    try {
      const outcome = await this.#taking.hold(machine)
      if (outcome.is === 'busy') return outcome.holder
      if (outcome.before) this.before.set(host, outcome.before)
    } catch (error) {
      if (!(error instanceof Failure) || ['INTERRUPTED', 'LOCKED'].includes(error.code)) throw error
      this.notHeld.set(host, error)
    }
    return undefined
  }
}

function inUse(host: string, holder: Holder): Failure {
  return new Failure(
    'LOCKED',
    `in use for ${lasting(holder.seconds)} by another run: ${holderWords(holder)}; nothing was done`,
    {
      where: { host },
      next: 'wait until it is over (understudy status shows it), or take the lock from it with --steal-lock: it then stops before its next change',
    },
  )
}
