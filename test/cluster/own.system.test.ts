import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
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
/** Mail servers: one that takes mail, and one that is too busy for it. */
const mailServer = (status: number) =>
  createTcpServer((connection) => {
    connection.on('error', () => undefined)
    connection.write('220-mail.example.org\r\n220 ESMTP\r\n')
    connection.on('data', (told) =>
      connection.write(String(told) === 'HELO d1.example.org\r\n' ? `${status} mail\r\n` : '221 bye\r\n'),
    )
  })
const [mail, busy] = [mailServer(250), mailServer(451)]
/** The question for the address of lineending.test behind its number: the first part has ten letters, and 10 ends a line. */
const question = `010000010000000000000a${Buffer.from('lineending').toString('hex')}04746573740000010001`
const names = createSocket('udp6', (asked, { port, address }) => {
  const isKnown = asked.subarray(2).toString('hex') === question
  const head = Buffer.from(`${isKnown ? '8180' : '8183'}0001000000000000`, 'hex')
  names.send(Buffer.concat([asked.subarray(0, 2), head]), port, address)
})
const payload = "one\ntwo 100%s '$(x)\n"
/** Takes datagrams, and answers what is sent in several lines. */
const lines = createSocket('udp6', (asked, { port, address }) => {
  if (String(asked) === payload) lines.send(Buffer.from('yes'), port, address)
})
const gone = createTcpServer()
const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port
let closed = 0
beforeAll(async () => {
  for (const server of [pages, plain, gone, mail, busy])
    await new Promise<void>((done) => server.listen(0, '::', () => done()))
  for (const socket of [names, lines]) await new Promise<void>((done) => socket.bind(0, '::', () => done()))
  closed = portOf(gone)
  gone.close()
})
afterAll(() => {
  pages.close()
  plain.close()
  for (const server of [mail, busy, names, lines]) server.close()
  rmSync(folder, { recursive: true })
})

describe.each(['127.0.0.1', '::1'])('what keepalived runs on a director at %s', (address) => {
  it('tells who serves from who does not, and is clean', async () => {
    // A busy computer takes its time for starting a program.
    const http = { type: 'http', status: 204, host: 'www.example.org', timeout: 20 }
    const dns = { type: 'dns', record: 'A', timeout: 20 }
    const smtp = { type: 'smtp', helo: 'd1.example.org', timeout: 20 }
    const udp = (port: number) => ({ port, protocol: 'udp' })
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
        { ...udp(87), check: { ...dns, name: 'lineending.test', port: portOf(names) } },
        { ...udp(88), check: { ...dns, name: 'nobody.test', port: portOf(names) } },
        { ...udp(89), check: { ...dns, name: 'lineending.test', port: portOf(lines), timeout: 0.5 } },
        { ...udp(90), check: { ...dns, port: closed } },
        { ...udp(91), check: { type: 'udp', payload, reply: true, port: portOf(lines), timeout: 20 } },
        {
          ...udp(92),
          check: { type: 'udp', payload: 'else', reply: true, port: portOf(lines), timeout: 0.5 },
        },
        { ...udp(93), check: { type: 'udp', port: portOf(lines) } },
        { ...udp(94), check: { type: 'udp', port: closed } },
        { port: 95, check: { ...smtp, port: portOf(mail) } },
        { port: 96, check: { ...smtp, port: portOf(busy) } },
        { port: 97, check: { ...smtp, port: portOf(plain), timeout: 0.5 } },
        { port: 98, check: { ...smtp, port: closed } },
      ],
    }
    const script = written('check-service', program(cluster, address))
    await run('shellcheck', [script])
    for (const shell of [['dash'], ['busybox', 'sh']] as const)
      for (const [port, right] of [
        ['tcp_80', true],
        ['tcp_81', true],
        ['tcp_82', false],
        ['tcp_83', true],
        ['tcp_84', false],
        ['tcp_85', false],
        ['tcp_86', false],
        ['udp_87', true],
        ['udp_88', false],
        ['udp_89', false],
        ['udp_90', false],
        ['udp_91', true],
        ['udp_92', false],
        ['udp_93', true],
        ['udp_94', false],
        ['tcp_95', true],
        ['tcp_96', false],
        ['tcp_97', false],
        ['tcp_98', false],
      ] as const) {
        const [command, ...first] = shell
        const ended = run(command, [...first, script, `service_${port}`]).then(
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
