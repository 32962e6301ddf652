import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { needs } from '../needs.ts'
import { clusterOf, factsWith, knowing, member, type Words } from './inventory.ts'
import { alone, itself } from './own.ts'
import { render } from './rendered.ts'

needs('root', 'keepalived', 'shellcheck', 'curl', 'dash', 'busybox')

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'understudy-own-'))
const device = Object.keys(networkInterfaces()).find((name) => name !== 'lo') ?? 'eth0'
const written = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const program = (cluster: Words, address: string) => {
  const north = member('north', 'north', ['directors'], { cluster, director: { address } })
  const members = [north, ...itself(cluster).filter(({ name }) => name !== 'north')]
  return render(
    'check-service.hbs',
    clusterVariables([clusterOf(members)], knowing({ north: factsWith('eth0 192.0.2.1/24') }), 'north'),
  )
}

const path = '/up?a=1&b=%24%28x%29;c'
const pages = createServer((request, response) => {
  const right = request.url === path && request.headers.host === 'www.example.org'
  response.writeHead(right ? 204 : 503).end()
})
/** Takes connections and says nothing. */
const plain = createTcpServer()
const gone = createTcpServer()
const portOf = (server: Pick<TcpServer, 'address'>) => (server.address() as AddressInfo).port
let closed = 0
beforeAll(async () => {
  for (const server of [pages, plain, gone])
    await new Promise<void>((done) => server.listen(0, '::', () => done()))
  closed = portOf(gone)
  gone.close()
})
afterAll(() => {
  pages.close()
  plain.close()
  rmSync(folder, { recursive: true })
})

describe.each(['127.0.0.1', '::1'])('what keepalived runs on a director at %s', (address) => {
  it('tells who serves from who does not, and is clean', async () => {
    // A busy computer takes its time for starting a program.
    const http = { type: 'http', status: 204, host: 'www.example.org', timeout: 20 }
    const cluster = {
      ...alone,
      backend: 'none',
      vips: [{ address: address === '::1' ? '2001:db8::64' : '192.0.2.100', vrid: 31 }],
      services: [
        { port: 81, check: { ...http, path, port: portOf(pages) } },
        { port: 80, check: { ...http, status: ['200-203', '204-210'], path, port: portOf(pages) } },
        { port: 82, check: { ...http, path: '/other', port: portOf(pages) } },
        { port: 83, check: { type: 'tcp', port: portOf(plain), timeout: 20 } },
        { port: 84, check: { type: 'tcp', port: closed } },
        { port: 85, check: { type: 'http', port: portOf(plain), timeout: 0.5 } },
      ],
    }
    const script = written('check-service', program(cluster, address))
    await run('shellcheck', [script])
    for (const shell of [['dash'], ['busybox', 'sh']] as const)
      for (const [port, right] of [
        [80, true],
        [81, true],
        [82, false],
        [83, true],
        [84, false],
        [85, false],
        [86, false],
      ] as const) {
        const [command, ...first] = shell
        const ended = run(command, [...first, script, `service_tcp_${port}`]).then(
          () => true,
          () => false,
        )
        expect([shell, port, await ended]).toEqual([shell, port, right])
      }
  })
})

it('keepalived takes what is rendered for directors that serve themselves', async () => {
  const own = { type: 'misc', program: '/bin/true' }
  const cluster = {
    ...alone,
    backend: 'none',
    vips: [
      { address: '192.0.2.100', vrid: 31 },
      { address: '192.0.2.101', vrid: 32, owner: 'south' },
    ],
    services: [
      { port: 53, protocol: 'udp', check: own },
      { port: 25, check: { ...own, interval: 7, timeout: 3 } },
    ],
  }
  const known = knowing({ north: factsWith(`${device} 192.0.2.11/24`) })
  const text = render('keepalived.conf.hbs', clusterVariables([clusterOf(itself(cluster))], known, 'north'))
  const { stderr } = await run('keepalived', ['-t', '-f', written('keepalived.conf', text)]).catch(
    (error: { readonly stderr: string }) => error,
  )
  // Some builds end a good test with SIGTERM, which they say nothing of.
  expect(stderr).toBe('')
})
