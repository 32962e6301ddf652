import { setMaxListeners } from 'node:events'
import type { Host } from '../model/host.ts'
import type { HoldingSession } from '../model/session.ts'
import type { RunConnector } from './connector.ts'
import { openAll } from './opening.ts'

interface Begun {
  readonly host: Host
  readonly session: Promise<HoldingSession>
  readonly leaving: AbortController
}

/**
 * Connections that are begun while it is still looked whether anything is wrong with a run: a machine takes longer to let
 * somebody in than we take to look. Nothing is sent over them before that is known. Each is handed out once; those that nobody
 * has asked for end with this.
 */
export class EarlyConnections implements AsyncDisposable {
  readonly #begun = new Map<string, Begun>()
  #isOver = false

  /** Begins to connect to these hosts, `forks` at a time. */
  begin(hosts: readonly Host[], open: RunConnector['open'], forks: number, signal: AbortSignal): void {
    // What is wrong with a run may be found before anybody was connected to: nobody would end what was begun now.
    if (this.#isOver) return
    const leaving = new Map(hosts.map(({ name }) => [name, new AbortController()]))
    const unlessLeft = (host: Host) => AbortSignal.any([signal, leaving.get(host.name)?.signal ?? signal])
    const opening = openAll(hosts, { open: (host) => open(host, unlessLeft(host)), forks, signal })
    for (const host of hosts) {
      const session = opening.get(host.name)
      const ending = leaving.get(host.name)
      if (session && ending) this.#begun.set(host.name, { host, session, leaving: ending })
    }
  }

  /** The same way to connect, which takes what was begun for that very host. */
  through(open: RunConnector['open']): RunConnector['open'] {
    return async (host, signal) => {
      const begun = this.#begun.get(host.name)
      if (begun?.host !== host) return open(host, signal)
      this.#begun.delete(host.name)
      const leave = () => begun.leaving.abort()
      if (signal.aborted) leave()
      // One signal serves all hosts of a run.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', leave, { once: true })
      try {
        return await begun.session
      } finally {
        signal.removeEventListener('abort', leave)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    const left = [...this.#begun.values()]
    this.#begun.clear()
    for (const { leaving } of left) leaving.abort()
    const ended = await Promise.allSettled(left.map(({ session }) => session))
    const open = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    await Promise.allSettled(open.map((session) => session[Symbol.asyncDispose]()))
  }
}
