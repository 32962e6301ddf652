import { Failure } from '../model/failure.ts'
import type { Holder } from '../model/holder.ts'
import { livingHolder } from '../verify/machine-holder.ts'
import { type ClusterOptions, describedMachines } from './clusters.ts'
import { connector } from './connector.ts'
import { endedBy, uninterrupted } from './interruption.ts'
import { lockOrder, machinesToLock } from './locking.ts'
import { sessionPool } from './sessions.ts'

/** A run that has a machine for itself, and lives. */
export interface AtWork {
  readonly host: string
  readonly holder: Holder
}

/**
 * The run that has the machines of an inventory, or one of their clusters, for itself right now; absent where none has. Machines that
 * cannot be asked say nothing. Throws INVALID_INPUT and INTERRUPTED.
 */
export async function runAtWork(
  options: ClusterOptions & { readonly signal?: AbortSignal },
): Promise<AtWork | undefined> {
  const { signal = uninterrupted } = options
  const described = await describedMachines(options)
  const { machines, chosen } = described
  const worked = new Map([...machines].filter(([name]) => chosen.includes(name)))
  const connect = await connector(options)
  await using pool = sessionPool(machines, connect.open, signal)
  const found = await Promise.all(
    lockOrder(machinesToLock(worked, described)).map(async ({ name: host }): Promise<AtWork | undefined> => {
      try {
        const holder = await livingHolder(await pool.session(host), signal)
        return holder && { host, holder }
      } catch (error) {
        if (error instanceof Failure && error.code !== 'INTERRUPTED') return undefined
        throw endedBy(error, signal)
      }
    }),
  )
  return found.find((one) => one !== undefined)
}
