import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

const whose = new AsyncLocalStorage<OwnSockets>()
subscribe('net.client.socket', (message) =>
  whose.getStore()?.opened((message as { readonly socket: Socket }).socket),
)

/**
 * Sockets that the library of NATS opens for one connection. It forgets those to servers that took the connection and said nothing, and
 * no program ends that has one (transport-node 3.4, `NodeTransport._closed`).
 */
export class OwnSockets {
  #last: Socket | undefined
  #isOver = false

  /** Opens a connection; what is opened later to seek it again is ours, too. */
  within<Result>(open: () => Promise<Result>): Promise<Result> {
    return whose.run(this, open)
  }

  /** The address of whom we are connected to. */
  get address(): string {
    return this.#last?.remoteAddress ?? ''
  }

  /**
   * Closes what is open still, and whatever is opened later: the library looks up names and tries further addresses of one although its
   * connection was closed meanwhile.
   */
  close(): void {
    this.#isOver = true
    this.#last?.destroy()
  }

  /** A connection has one socket at a time: whoever opens the next one has given up the one before. */
  opened(socket: Socket): void {
    this.#last?.destroy()
    this.#last = socket
    // Not at once: it is about to connect, which would bring one that was destroyed back to life.
    if (this.#isOver) queueMicrotask(() => socket.destroy())
  }
}
