import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import type { SessionOf } from './absent.ts'
import { type Observed, observe } from './observe.ts'

/** How hosts are asked. */
export interface Asking {
  readonly session: SessionOf
  readonly signal: AbortSignal
}

/** What each of these hosts answers, or why it does not. Throws INTERRUPTED. */
export async function askAll(
  hosts: readonly string[],
  asking: Asking,
  queriesFor: (host: string) => readonly Query<unknown>[],
): Promise<ReadonlyMap<string, Observed | Failure>> {
  return new Map(
    await Promise.all(hosts.map(async (host) => [host, await ask(host, queriesFor(host), asking)] as const)),
  )
}

/** The same of one; `undefined`: this computer. */
export async function ask(
  host: string | undefined,
  queries: readonly Query<unknown>[],
  { session, signal }: Asking,
): Promise<Observed | Failure> {
  try {
    return await observe(await session(host), queries, signal)
  } catch (error) {
    if (error instanceof Failure && error.code !== 'INTERRUPTED') return error
    throw error
  }
}
