import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'
import { type Holder, type HoldOutcome, holderWords, lasting } from '../model/holder.ts'

/** How locks are taken one after the other. */
export interface Taking<Machine> {
  readonly hold: (machine: Machine) => Promise<HoldOutcome>
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

/**
 * Takes the locks in the order of the machines, the same for everybody: of two runs that begin at the same time one meets
 * the other on the first machine that both reach, and only that one is refused. Throws LOCKED where another run is still there
 * after `patience`, or at once where that is 0, and INTERRUPTED.
 */
export async function takeInTurn<Machine extends { readonly host: string }>(
  machines: readonly Machine[],
  { hold, patience, signal, waiting }: Taking<Machine>,
): Promise<Taken> {
  const before = new Map<string, Holder>()
  const notHeld = new Map<string, Failure>()
  const deadline = performance.now() + 1000 * patience
  for (const machine of machines) {
    const { host } = machine
    let told = ''
    for (;;) {
      const outcome = await hold(machine).catch((error: unknown): HoldOutcome => {
        if (!(error instanceof Failure) || error.code === 'INTERRUPTED') throw error
        notHeld.set(host, error)
        return { is: 'held' }
      })
      if (outcome.is === 'held') {
        if (outcome.before) before.set(host, outcome.before)
        break
      }
      const { holder } = outcome
      if (performance.now() >= deadline) throw inUse(host, holder)
      if (told !== holder.run)
        waiting(host, `${holderWords(holder)}, which has its lock, for ${patience} s at most`)
      told = holder.run
      await pause(1000, undefined, { signal }).catch(() => {
        throw new Failure('INTERRUPTED', 'interrupted', { where: { host } })
      })
    }
  }
  return { before, notHeld }
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
