import { loadMachines } from '../config/index.ts'
import type { RememberedDeed } from '../model/deed.ts'
import { Failure } from '../model/failure.ts'
import { rememberedBy } from '../verify/history.ts'
import { connector } from './connector.ts'
import { endedBy, uninterrupted } from './interruption.ts'
import { type ConnectionOptions, type InventoryOptions, secretTeller } from './options.ts'
import { sessionPool } from './sessions.ts'

/** Whose history is told, and how much of it. */
export type HistoryOptions = InventoryOptions &
  ConnectionOptions & {
    /** Entries of each machine at most; 100 where it is not said. */
    readonly most?: number
    readonly signal?: AbortSignal
  }

/** What was done to the machines, as they remember it themselves. */
export interface History {
  /** The oldest first; clocks of machines differ. */
  readonly deeds: readonly (RememberedDeed & { readonly host: string })[]
  readonly failures: readonly { readonly host: string; readonly failure: Failure }[]
}

/** Reads from the journals of all machines who applied, drilled or handed over what, and when. */
export async function history(options: HistoryOptions): Promise<History> {
  const {
    inventory,
    limit,
    extraVars = [],
    vaultPasswords,
    become,
    settings,
    most = 100,
    signal = uninterrupted,
  } = options
  const { machines, chosen } = await loadMachines({
    inventory,
    limit,
    extraVars,
    vaultPasswords,
    become,
    settings,
    onSecret: secretTeller(options),
  })
  const connect = await connector(options)
  await using pool = sessionPool(machines, connect.open, signal)
  const told = await Promise.all(
    chosen.map(async (host) => {
      try {
        const reading = await rememberedBy(await pool.session(host), most, signal)
        if (reading.told) return { host, deeds: reading.deeds }
        return { host, failure: new Failure('INSPECTION_FAILED', reading.why, { where: { host } }) }
      } catch (error) {
        if (error instanceof Failure && error.code !== 'INTERRUPTED') return { host, failure: error }
        throw endedBy(error, signal)
      }
    }),
  )
  const deeds = told.flatMap(({ host, deeds = [] }) => deeds.map((deed) => ({ ...deed, host })))
  return {
    deeds: deeds.toSorted((a, b) => a.at - b.at),
    failures: told.flatMap(({ host, failure }) => (failure ? [{ host, failure }] : [])),
  }
}
