import type { IntentRequest, KnownHosts, LoadedIntent } from '../config/index.ts'
import { Failure } from '../model/failure.ts'
import { usualForks } from '../model/forks.ts'
import { connector, type RunConnector } from './connector.ts'
import type { EarlyConnections } from './early.ts'
import { uninterrupted } from './interruption.ts'
import { lockOrder, machinesToLock } from './locking.ts'
import type { ConnectionOptions } from './options.ts'

/** Reads what is wanted, and begins to connect meanwhile. Throws what is wrong with either, of the former first. */
export async function begin(
  load: (onHosts: IntentRequest['onHosts']) => Promise<LoadedIntent>,
  { did, locks }: { readonly did: string; readonly locks: boolean },
  options: ConnectionOptions & { readonly signal?: AbortSignal },
  early: EarlyConnections,
): Promise<{ readonly intent: LoadedIntent; readonly connect: RunConnector }> {
  const { forks = usualForks, signal = uninterrupted, hostKeys = 'strict' } = options
  const asking = askingAfterwards(options)
  const connecting = () => connector({ ...options, ...asking.options }, did)
  // Nobody is asked, and nothing is noted, for a run of which it is not known yet whether it can begin.
  const waits = typeof options.becomePassword === 'function' || hostKeys !== 'strict'
  let connection: Promise<RunConnector> | undefined
  const onHosts = (known: KnownHosts) => {
    if (waits) return
    connection = connecting()
    const hosts = locks ? lockOrder(machinesToLock(known.hosts, known)) : [...known.hosts.values()]
    connection.then(
      ({ open }) => early.begin(hosts, open, forks, signal),
      () => undefined,
    )
  }
  const intent = await load(onHosts).catch((error) => {
    asking.never()
    throw error
  })
  asking.begin()
  const connect = await (connection ?? connecting())
  return { intent, connect: { ...connect, open: early.through(connect.open) } }
}

/** Questions to people are put off until it has begun; where it never does, nobody is asked. */
function askingAfterwards({ askSecret }: ConnectionOptions) {
  let begin = () => {}
  let never = () => {}
  const begun = new Promise<void>((resolve, reject) => {
    begin = resolve
    never = () => reject(new Failure('INTERRUPTED', 'the run did not begin'))
  })
  begun.catch(() => undefined)
  const asks = askSecret && (async (prompt: string) => begun.then(() => askSecret(prompt)))
  return { options: asks ? { askSecret: asks } : {}, begin, never }
}
