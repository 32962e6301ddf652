import type { IncomingMessage } from 'node:http'
import { type HttpBindings, serve } from '@hono/node-server'
import { bracketed } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import { type Access, type Listening, refuseOpenDoors } from './access.ts'
import { fleetApp } from './app.ts'
import { readClients } from './clients.ts'
import type { FleetView } from './sight.ts'
import { Watch } from './watch.ts'

/** How the pages of a fleet are served. */
export interface ServeOptions {
  readonly listening: Listening
  readonly access: Access
  readonly view: FleetView
  /** The folder of what pages load beside their text. */
  readonly clients: string
  readonly signal: AbortSignal
  /** Told once, when it can be reached. */
  readonly onReady: (url: string) => void
}

/** Serves the pages of a fleet until the signal. Throws INVALID_INPUT where strangers could read, or the address cannot be had. */
export async function serveFleet(options: ServeOptions): Promise<void> {
  const { listening, access, view, signal, onReady } = options
  refuseOpenDoors(listening, access)
  const clients = await readClients(options.clients)
  const watch = new Watch()
  const app = fleetApp({ access, view, watch, clients, signal })
  const fetch = (request: Request, { incoming }: { readonly incoming: Pick<IncomingMessage, 'socket'> }) =>
    app.fetch(request, { from: incoming.socket.remoteAddress })
  const { address, port } = listening
  await new Promise<void>((done, fail) => {
    const server = serve({
      fetch: (request, around) => fetch(request, around as HttpBindings),
      hostname: address,
      port,
      overrideGlobalObjects: false,
    })
    server.once('error', (cause: NodeJS.ErrnoException) => fail(cannotListen(listening, cause)))
    server.once('listening', () => {
      const at = server.address()
      const given = typeof at === 'object' && at ? at.port : port
      const url = `http://${bracketed(address)}:${given}/`
      // Whoever comes as soon as he is told sees the fleet.
      void firstNews(watch, signal).then(() => onReady(url))
      watch.follow(view.looks(signal)).catch(fail)
    })
    server.once('close', done)
    const end = () => {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

async function firstNews(watch: Watch, signal: AbortSignal): Promise<void> {
  for await (const _ of watch.news(signal)) return
}

/** Why an address cannot be listened on; `otherwise`: words of the command line that would name another one. */
export function cannotListen(
  { address, port }: Listening,
  cause: NodeJS.ErrnoException,
  otherwise = '--listen 127.0.0.1:8431',
): Failure {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'somebody else has it',
    EADDRNOTAVAIL: 'this computer has no such address',
    EACCES: 'ports below 1024 are for root',
  }
  return new Failure(
    'INVALID_INPUT',
    `${address}:${port} cannot be had: ${why[cause.code ?? ''] ?? cause.message}`,
    {
      next: `name another one: ${otherwise}`,
      cause,
    },
  )
}
