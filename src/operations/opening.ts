import { limited } from '../engine/limit.ts'
import type { Host } from '../model/host.ts'
import type { HoldingSession } from '../model/session.ts'
import type { RunConnector } from './connector.ts'

/** Begins to connect to all of them, so many at a time; who waits for one does not wait for the others. */
export function openAll(
  hosts: readonly Host[],
  {
    open,
    forks,
    signal,
  }: Pick<RunConnector, 'open'> & { readonly forks: number; readonly signal: AbortSignal },
): ReadonlyMap<string, Promise<HoldingSession>> {
  const begin = new Map<string, (session: Promise<HoldingSession>) => void>()
  const all = new Map(
    hosts.map(({ name }) => [name, new Promise<HoldingSession>((resolve) => begin.set(name, resolve))]),
  )
  for (const session of all.values()) session.catch(() => undefined)
  void limited(forks, hosts, async (host) => {
    const session = open(host, signal)
    begin.get(host.name)?.(session)
    await session.catch(() => undefined)
  })
  return all
}
