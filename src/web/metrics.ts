import { createServer } from 'node:http'
import type { Listening } from './access.ts'
import { cannotListen } from './listen.ts'

/** Answers `GET /metrics` with what `read` tells, until disposed of; 503 where it fails. Throws INVALID_INPUT where the address cannot be had. */
export async function serveMetrics(
  { address, port }: Listening,
  read: () => Promise<string>,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer(async (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics' || !/^(GET|HEAD)$/.test(request.method ?? '')) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Metrics are at /metrics.\n')
      return
    }
    try {
      const text = await read()
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
    } catch {
      response.writeHead(503, { 'Content-Type': 'text/plain' }).end('They cannot be told right now.\n')
    }
  })
  await new Promise<void>((done, fail) => {
    server.once('error', (cause) => fail(cannotListen({ address, port }, cause, '--metrics 127.0.0.1:9438')))
    server.listen(port, address, done)
  })
  const at = server.address()
  return {
    port: typeof at === 'object' && at ? at.port : port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}
