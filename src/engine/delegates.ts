import { Failure } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import type { Session } from '../model/session.ts'

/** Opens the one connection of a host. */
export type Connect = (host: Host, signal: AbortSignal) => Promise<Session>

/** Connections to hosts that are worked on for others: those of the run itself, or of their own. */
export class Delegates implements AsyncDisposable {
  readonly #hosts: ReadonlyMap<string, Host>
  readonly #connect: Connect
  readonly #opened = new Map<string, Promise<Session>>()
  /** The session of a host that takes part in the run, once it is open. */
  readonly #ofRun: (name: string) => Session | undefined

  constructor(
    hosts: ReadonlyMap<string, Host>,
    connect: Connect,
    ofRun: (name: string) => Session | undefined,
  ) {
    this.#hosts = hosts
    this.#connect = connect
    this.#ofRun = ofRun
  }

  /** Connects where nobody is connected yet. Throws the failures of the connection. */
  session(name: string, signal: AbortSignal): Promise<Session> {
    const open = this.#ofRun(name)
    if (open) return Promise.resolve(open)
    const known = this.#opened.get(name) ?? this.#open(name, signal)
    this.#opened.set(name, known)
    return known
  }

  async #open(name: string, signal: AbortSignal): Promise<Session> {
    const host = this.#hosts.get(name)
    if (!host)
      throw new Failure(
        'INVALID_INPUT',
        `a task is delegated to ${name}, which is no host of the inventory`,
        {
          where: { host: name },
          next: 'add it to the inventory, or write the name of one that is there',
        },
      )
    try {
      return await this.#connect(host, signal)
    } catch (error) {
      // The next one who needs it tries again.
      this.#opened.delete(name)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of await Promise.allSettled(this.#opened.values()))
      if (session.status === 'fulfilled') await session.value[Symbol.asyncDispose]()
  }
}
