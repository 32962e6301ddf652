import { type AnyAuthMethod, Client } from 'ssh2'
import { Failure } from '../model/failure.ts'
import { forLibrary } from './algorithms.ts'
import { authenticate } from './authentication.ts'
import { type Opener, type SshClient, watchEnd } from './client.ts'
import type { Destination } from './destination.ts'
import type { Recorded } from './host-keys.ts'
import type { Credentials } from './identities.ts'
import { timedOut, unreachable } from './unreachable.ts'
import type { Wire } from './wire.ts'

/** An ssh connection that let us in. */
export interface Connection {
  readonly client: Opener
  /** Why it was lost; `undefined` while it lives. */
  lost(): string | undefined
  close(): void
}

/** What must be known before a host is spoken to. */
export interface Preparation {
  readonly recorded: Recorded
  readonly credentials: Credentials
  /** Records the key of a new host once it is proved. */
  remember(key: Buffer): Promise<void>
}

/** How often a host is asked whether it is there, and how often it may stay silent. */
export const keepalive = { keepaliveInterval: 4000, keepaliveCountMax: 3 }

/** What the ssh library says of a wire that closed too soon. */
export const closedEarly = 'connection closed before handshake was complete'

/**
 * Speaks ssh over a wire until the host has let us in. Throws HOST_KEY_REFUSED, AUTHENTICATION_FAILED,
 * UNREACHABLE, or the signal's reason; the wire is closed then.
 */
export function openConnection(
  destination: Destination,
  wire: Wire,
  { recorded, credentials, remember }: Preparation,
  signal: AbortSignal,
  client: SshClient = new Client(),
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let open = false
    let settled = false
    let phase: 'handshake' | 'authentication' = 'handshake'
    let refusal: Failure | undefined
    let newKey: Buffer | undefined
    let remembered: Promise<void> = Promise.resolve()
    const end = watchEnd(client)
    let timer: NodeJS.Timeout | undefined

    const watch = (asked: boolean) => {
      clearTimeout(timer)
      const late = () => fail(timedOut(destination, phase === 'handshake' ? 'speaking ssh' : 'letting us in'))
      // A user who types a passphrase takes the time it takes.
      if (!asked && !settled) timer = setTimeout(late, destination.timeoutSeconds * 1000)
    }
    const authentication = authenticate(destination, credentials, watch)
    const settle = () => {
      settled = true
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
    const fail = (failure: unknown) => {
      settle()
      client.destroy()
      wire.close()
      reject(failure)
    }
    const abort = () => fail(signal.reason)
    const explain = (error: Error & { level?: string }): Failure => {
      if (refusal) return refusal
      if (
        error.level === 'client-authentication' ||
        (phase === 'authentication' && error.level === undefined)
      )
        return authentication.failure()
      return unreachable(error, destination, wire.said())
    }

    client.on('handshake', () => {
      phase = 'authentication'
      // Only now has the host proved that the key is its own.
      if (newKey) remembered = remember(newKey)
      remembered.catch(fail)
    })
    client.on('ready', () => {
      remembered.then(() => {
        settle()
        open = true
        const close = () => {
          end.because('closed')
          client.end()
          wire.close()
        }
        resolve({ client, lost: end.lost, close })
      }, fail)
    })
    client.on('error', (error: Error & { level?: string }) => {
      if (error.level !== 'agent' && !open) fail(explain(error))
    })
    client.on('close', () => {
      if (!open) fail(explain(new Error(closedEarly)))
    })
    signal.addEventListener('abort', abort)
    if (signal.aborted) return abort()
    // Whoever had us wait until we were ready may have gone meanwhile, which is told once.
    if (wire.stream.destroyed) return fail(explain(wire.stream.errored ?? new Error(closedEarly)))
    watch(false)
    client.connect({
      sock: wire.stream,
      username: destination.user,
      readyTimeout: 0,
      ...keepalive,
      algorithms: forLibrary({ ...destination.algorithms, serverHostKey: recorded.algorithms }),
      hostVerifier: (key: Buffer) => {
        const verdict = recorded.judge(key)
        if (verdict instanceof Failure) refusal = verdict
        else if (verdict === 'new') newKey = key
        return refusal === undefined
      },
      // The library takes `false` for the end of the list; its types do not say so.
      authHandler: (left, _partial, next) =>
        void authentication.next(left).then(next as (method: AnyAuthMethod | false) => void),
    })
  })
}
