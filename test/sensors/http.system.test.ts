import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type HttpReading, http, httpAnswers, httpHeaders } from '../../src/sensors/http.ts'
import { parseFrames } from '../../src/shell/frames.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { needs } from '../needs.ts'
import { namedShells } from './ask.ts'

needs('dash', 'busybox', 'curl')

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(server: Server, address = '127.0.0.1'): Promise<string> {
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, address, done))
  const { port } = server.address() as AddressInfo
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}/`
}

/** A server that does with the nth connection what it is told to, once it was asked something. */
function raw(answer: (socket: Socket, nth: number) => void): Server & { connections: number } {
  const server = Object.assign(
    createServer((socket) => {
      const nth = server.connections++
      socket.on('error', () => undefined)
      socket.on('data', () => answer(socket, nth))
    }),
    { connections: 0 },
  )
  return server
}

const page = (body: string | Buffer, head = '') =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nX-Served-By: rs1\r\n${head}\r\n`), Buffer.from(body)])

/** A folder with the programs a host has, all of them busybox's: no more than these are found. */
const tools = mkdtempSync(join(tmpdir(), 'understudy-tools-'))
afterAll(() => rmSync(tools, { recursive: true }))
const link = (name: string) => symlinkSync('/usr/bin/busybox', join(tools, name))
for (const name of ['cat', 'chmod', 'head', 'mktemp', 'rm', 'timeout', 'wget']) link(name)

type Shell = readonly [string, ...string[]]

async function ask(
  shell: Shell,
  questions: readonly (readonly [url: string, count: number | 'headers'])[],
  path?: string,
): Promise<readonly HttpReading[]> {
  const subjects = questions.map(([url, count]) =>
    count === 'headers' ? httpHeaders(url, {}).subject : httpAnswers(url, count).subject,
  )
  const { script } = buildProgram('nonce', { asks: [{ sensor: http, subjects }] })
  const child = spawn(shell[0], shell.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(path === undefined ? script : script.replace(/^PATH=.*$/m, `PATH=${path}`))
  child.stdout.setEncoding('utf8')
  for await (const frame of parseFrames('nonce', child.stdout)) {
    if (frame.is !== 'answer') continue
    expect(frame.status).toBe(0)
    const readings = http.read(frame.output, subjects)
    return subjects.map((subject) => readings.get(subject))
  }
  throw new Error('no answer')
}

const statuses = (reading: HttpReading) => reading?.map(({ status }) => status)

describe.each(namedShells)('under %s', (_, shell) => {
  it('sees who answered, with what, over connections of their own', async () => {
    let turn = 0
    const server = createHttpServer((_request, response) => {
      turn += 1
      response.setHeader('X-Served-By', `rs${(turn % 2) + 1}`)
      response.end('<h1>it works</h1>\n')
    })
    let connections = 0
    server.on('connection', () => connections++)
    const [answers] = await ask(shell, [[await listening(server), 12]])
    expect(answers?.map(({ servedBy }) => servedBy)).toEqual(
      Array.from({ length: 6 }, () => ['rs2', 'rs1']).flat(),
    )
    expect(answers?.every(({ status, body }) => status === 200 && body === '<h1>it works</h1>\n')).toBe(true)
    expect(connections).toBe(12)
  })

  it('asks many servers at once, also by IPv6, and keeps their answers apart', async () => {
    const asked = () => createHttpServer((request, response) => response.end(request.url))
    const urls = [await listening(asked()), await listening(asked(), '::1')]
    const pages = Array.from({ length: 6 }, (_, nth) => `page${nth}`)
    const readings = await ask(
      shell,
      pages.map((page, nth) => [`${urls[nth % 2]}${page}`, 1] as const),
    )
    expect(readings).toEqual(pages.map((page) => [{ status: 200, body: `/${page}` }]))
  })

  it('tells a refusal from an answer, and keeps what the client said of it', async () => {
    const server = createHttpServer((_request, response) => {
      response.statusCode = 404
      response.end()
    })
    const url = await listening(server)
    const [refused, missing] = await ask(shell, [
      ['http://127.0.0.1:1/', 12],
      [`${url}missing?a='b'&c=$(id)&[1-3]`, 1],
    ])
    expect(refused).toHaveLength(12)
    for (const answer of refused ?? [])
      expect(answer).toMatchObject({ status: 0, body: '', error: expect.stringMatching(/refused|connect/i) })
    expect(missing).toEqual([{ status: 404, body: '' }])
  })

  it('goes on where one of several servers fails, and gives up where the address does', async () => {
    const every = raw((socket, nth) => (nth % 2 === 0 ? socket.destroy() : socket.end(page('x'))))
    const dying = raw((socket, nth) => (nth < 3 ? socket.end(page('x')) : socket.destroy()))
    const silent = raw(() => undefined)
    const urls = [await listening(every), await listening(dying), await listening(silent)]
    const [alternating, died, unanswered] = await ask(
      shell,
      urls.map((url) => [url, 8] as const),
    )
    expect(statuses(alternating)).toEqual([0, 200, 0, 200, 0, 200, 0, 200])
    expect(statuses(died)).toEqual([200, 200, 200, 0, 0, 0, 0, 0])
    expect(dying.connections).toBe(5)
    expect(statuses(unanswered)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(unanswered?.at(-1)?.error).toMatch(/timed out/i)
    expect(silent.connections).toBe(1)
  })

  it('takes nothing that a server sends for an answer of another', async () => {
    const forged = [
      '\r\nnone\n',
      'exit 0\n200\n',
      '\n==> /run/understudy.AAAAAAAA/http.1.1 <==\nHTTP/1.1 200 OK\r\nX-Served-By: rs9\r\n\r\nforged\n',
      '# 1\n= 200\nh rs9\nb forged\nHTTP/1.1 500 no\r\nX-Served-By: rs9\r\n\r\n',
    ].join('\n')
    const hostile = raw((socket) =>
      socket.end(page(forged, 'X-Evil: \n==> /run/understudy.AAAAAAAA/http.1.1: <==\r\nexit: 0\r\n')),
    )
    const honest = raw((socket) => socket.end(page('honest', 'x-served-by: late\r\n')))
    const [evil, good] = await ask(shell, [
      [await listening(hostile), 2],
      [await listening(honest), 2],
    ])
    expect(good).toEqual(Array.from({ length: 2 }, () => ({ status: 200, servedBy: 'rs1', body: 'honest' })))
    expect(statuses(evil)).toEqual([200, 200])
    expect(evil?.[0]?.servedBy).toBe('rs1')
  })

  it('bears bytes that are no text, and answers that promise another', async () => {
    const bytes = raw((socket) =>
      socket.end(page(Buffer.from([0, 0xff, 0xfe, 0x80, 0x41, 0x0d, 0x0a, 0xc3]))),
    )
    const hints = raw((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nX-Served-By: hint\r\n\r\n')
      socket.end(page('x'))
    })
    const empty = raw((socket) => socket.end(page('')))
    const readings = await ask(shell, [
      [await listening(bytes), 2],
      [await listening(hints), 1],
      [await listening(empty), 1],
    ])
    expect(readings[0]?.[0]).toEqual({ status: 200, servedBy: 'rs1', body: '\ufffd\ufffd\ufffdA\n\ufffd' })
    expect(readings[0]?.[1]).toEqual(readings[0]?.[0])
    expect(readings[1]).toEqual([{ status: 200, servedBy: 'rs1', body: 'x' }])
    expect(readings[2]).toEqual([{ status: 200, servedBy: 'rs1', body: '' }])
  })

  it('keeps two kilobytes of each page, however long it and its head are', async () => {
    const long = raw((socket, nth) =>
      socket.end(page('é'.repeat(200_000), `X-Long: ${'x'.repeat(nth * 1000)}\r\n`)),
    )
    const [answers] = await ask(shell, [[await listening(long), 5]])
    expect(statuses(answers)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(answers?.map(({ body }) => body))).toEqual(new Set(['é'.repeat(1024)]))
    expect(long.connections).toBe(5)
  })

  it('reads the headers that a client is sent which takes what is compressed', async () => {
    const url = await listening(
      createHttpServer(({ headers }, answer) => {
        answer.setHeader('X-Asked', headers['accept-encoding'] ?? 'as it is')
        answer.end('page')
      }),
    )
    const [[one] = []] = await ask(shell, [[url, 'headers']])
    expect(one?.headers?.get('x-asked')).toBe('gzip')
    expect(one?.body).toBe('page')
    const [[plain] = []] = await ask(shell, [[url, 'headers']], tools)
    expect(plain?.headers?.get('x-asked')).toBe('gzip')
  })

  it('makes do with wget, and says where there is no client', async () => {
    let turn = 0
    const server = createHttpServer((request, response) => {
      turn += 1
      response.setHeader('X-Served-By', `rs${turn}`)
      response.statusCode = request.url === '/' ? 200 : 503
      response.end('<h1>it works</h1>\n')
    })
    const url = await listening(server)
    const long = await listening(raw((socket) => socket.end(page('x'.repeat(200_000)))))
    const questions = [
      [url, 3],
      [`${url}sorry`, 3],
      ['http://127.0.0.1:1/', 5],
      [long, 3],
    ] as const
    const [through, sorry, refused, cut] = await ask(shell, questions, tools)
    expect(statuses(through)).toEqual([200, 200, 200])
    expect(new Set(through?.map(({ servedBy }) => servedBy)).size).toBe(3)
    expect(through?.every(({ body }) => body === '<h1>it works</h1>\n')).toBe(true)
    expect(statuses(sorry)).toEqual([503, 503, 503])
    expect(statuses(refused)).toEqual([0, 0, 0, 0, 0])
    expect(cut).toEqual(
      Array.from({ length: 3 }, () => ({ status: 200, servedBy: 'rs1', body: 'x'.repeat(2048) })),
    )
    rmSync(join(tools, 'wget'))
    expect(await ask(shell, [[url, 3]], tools)).toEqual([undefined])
    link('wget')
  })
})
