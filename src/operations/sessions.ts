import type { Connect } from '../engine/delegates.ts'
import { Failure } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import type { Program } from '../model/script.ts'
import type { Session } from '../model/session.ts'

/** Sessions that are opened when first asked for, kept, and opened anew after they were lost. */
export interface SessionPool extends AsyncDisposable {
  /** `undefined`: this computer. Rejects with the failures of connecting. */
  session(host: string | undefined): Promise<Session>
}

const here: Host = { name: 'this computer', address: 'localhost', connection: 'local', sshArgs: [] }

/**
 * A pool over the hosts of an inventory. Sessions that `open` has belong to someone else, who closes them; they are used as long as
 * they live.
 */
export function sessionPool(
  hosts: ReadonlyMap<string, Host>,
  connect: Connect,
  signal: AbortSignal,
  open: (host: string) => Session | undefined = () => undefined,
  /** Is told of a host on which another run is waited for, and which that is. */
  onWaiting: (host: string, on: string) => void = () => {},
): SessionPool {
  const pool = new Map<string, Promise<Session>>()
  const lost = new Set<Session>()
  const own = new Set<Session>()
  const leaving = new AbortController()
  const openOne = async (host: Host): Promise<Session> => {
    const session = await connect(host, AbortSignal.any([signal, leaving.signal]))
    own.add(session)
    return session
  }
  return {
    async session(name) {
      const key = name ?? ''
      const host = name === undefined ? here : hosts.get(name)
      if (!host) throw new Error(`${name} is not in the inventory`)
      const waits = (on: string) => onWaiting(host.name, on)
      const lent = name === undefined ? undefined : open(name)
      if (lent && !lost.has(lent)) return watched(lent, { forget: () => lost.add(lent), waits })
      const opening = pool.get(key) ?? openOne(host)
      pool.set(key, opening)
      const forget = () => {
        if (pool.get(key) === opening) pool.delete(key)
      }
      try {
        return watched(await opening, { forget, waits })
      } catch (error) {
        forget()
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      // Whoever did not wait for an attempt does not wait for its end either.
      leaving.abort()
      await Promise.allSettled([...own].map((session) => session[Symbol.asyncDispose]()))
    },
  }
}

/** The same session, but the pool forgets it once its connection is lost, and tells where another run is waited for. */
function watched(
  session: Session,
  { forget, waits }: { readonly forget: () => void; readonly waits: (on: string) => void },
): Session {
  async function* run(program: Program, signal?: AbortSignal) {
    try {
      for await (const frame of session.run(program, signal)) {
        if (frame.is === 'locked') waits(frame.holder)
        yield frame
      }
    } catch (error) {
      if (error instanceof Failure && error.code === 'CONNECTION_LOST') forget()
      throw error
    }
  }
  return {
    get trips() {
      return session.trips
    },
    run,
    upload: (content, signal) => session.upload(content, signal),
    converse: (script) => session.converse(script),
    dial: (endpoint, signal) => session.dial(endpoint, signal),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}
