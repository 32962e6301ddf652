import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createNetServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Answer = (asked: IncomingMessage, answer: ServerResponse) => void

/** A web server on this computer that serves what it is told to, in full or broken. */
export interface MadeUpServer extends AsyncDisposable {
  readonly port: number
  /** What was asked of it, in order: the words after the method. */
  readonly asked: string[]
}

/** Starts a server; with `tls`, a key and a certificate, it speaks https. */
export async function serve(answer: Answer, tls?: { key: string; cert: string }): Promise<MadeUpServer> {
  const asked: string[] = []
  const listener: Answer = (message, response) => {
    asked.push(message.url ?? '')
    answer(message, response)
  }
  return listening(tls ? createTlsServer(tls, listener) : createServer(listener), asked)
}

async function listening(server: Server, asked: string[]): Promise<MadeUpServer> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

/** Serves files by their paths; a path nobody gave is not found. */
export function files(contents: Readonly<Record<string, string | Buffer>>): Answer {
  return ({ url = '' }, answer) => {
    const content = contents[url]
    if (content === undefined) return void answer.writeHead(404).end()
    answer.writeHead(200, { 'content-length': Buffer.byteLength(content) }).end(content)
  }
}

/** A forward proxy that knows some hosts, by `host:port`, which nothing else can resolve; with an account if one is given. */
export async function serveProxy(
  hosts: Readonly<Record<string, number>>,
  account?: string,
): Promise<MadeUpServer> {
  const asked: string[] = []
  const allowed = ({ headers }: IncomingMessage) =>
    account === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(account).toString('base64')}`
  const server = createServer((message, answer) => {
    const { url = '', method, headers } = message
    asked.push(url)
    const target = URL.canParse(url) ? new URL(url) : undefined
    const port = target && hosts[`${target.hostname}:${target.port || 80}`]
    if (!allowed(message)) return void answer.writeHead(407).end()
    if (!target || !port) return void answer.writeHead(502, 'No such host here').end()
    const path = `${target.pathname}${target.search}`
    request({ port, host: '127.0.0.1', method, path, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers)
      reply.pipe(answer)
    })
      .on('error', () => answer.destroy())
      .end()
  })
  server.on('connect', (message, socket) => {
    asked.push(`CONNECT ${message.url}`)
    const port = hosts[message.url ?? '']
    if (!allowed(message)) return void socket.end('HTTP/1.1 407 No\r\n\r\n')
    if (!port) return void socket.end('HTTP/1.1 502 No such host here\r\n\r\n')
    const through = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(through).pipe(socket)
    })
    for (const end of [through, socket])
      end.on('error', () => {
        through.destroy()
        socket.destroy()
      })
  })
  return listening(server, asked)
}

/** Offers a socket file as a port, as a lab's gateway does. */
export async function relay(path: string): Promise<MadeUpServer> {
  const server = createNetServer((socket) => {
    const through = connect(path)
    socket.pipe(through).pipe(socket)
    for (const end of [through, socket]) end.on('error', () => end.destroy())
  })
  return listening(server, [])
}

/** The release files of a mirror of both archives, at `folder`. */
export function releases(folder = ''): Readonly<Record<string, string>> {
  const suite = (name: string, label: string) => `Origin: Debian\nLabel: ${label}\nSuite: ${name}\n`
  return {
    [`${folder}/debian/dists/stable/InRelease`]: suite('stable', 'Debian'),
    [`${folder}/debian-security/dists/stable-security/InRelease`]: suite(
      'stable-security',
      'Debian-Security',
    ),
    [`${folder}/other/dists/stable/InRelease`]: suite('stable', 'Other'),
  }
}

/** A configuration of apt that has nothing of this computer's; the real apt reads it while this lives. */
export class MadeUpApt implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'understudy-made-up-apt-'))
  readonly #before = { ...process.env }

  /** `settings` are apt's own words; `sources` by file name, as in /etc/apt. */
  constructor(sources: Readonly<Record<string, string>>, settings = '') {
    // Apt runs programs and checks certificates as a user of its own.
    chmodSync(this.folder, 0o755)
    for (const name of ['sources.list.d', 'lists/partial', 'cache'])
      mkdirSync(join(this.folder, name), { recursive: true })
    writeFileSync(join(this.folder, 'sources.list'), '')
    for (const [name, content] of Object.entries(sources)) writeFileSync(join(this.folder, name), content)
    const configuration = join(this.folder, 'apt.conf')
    writeFileSync(
      configuration,
      `Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "${this.folder}/sources.list";
Dir::Etc::sourceparts "${this.folder}/sources.list.d";
Dir::State::lists "${this.folder}/lists";
Dir::Cache "${this.folder}/cache";
${settings}
`,
    )
    for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) delete process.env[name]
    process.env.APT_CONFIG = configuration
  }

  /** Writes one of its files. */
  add(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content)
  }

  /** Writes a file that apt finds among its lists. */
  list(name: string, content: string): void {
    this.add(join('lists', name), content)
  }

  /** Adds settings in apt's own words. */
  set(settings: string): void {
    appendFileSync(join(this.folder, 'apt.conf'), `${settings}\n`)
  }

  /** Makes a program for apt to run. */
  program(script: string): string {
    const path = join(this.folder, 'program')
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return path
  }

  [Symbol.dispose](): void {
    for (const name of ['APT_CONFIG', 'http_proxy', 'https_proxy', 'no_proxy']) {
      const value = this.#before[name]
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    rmSync(this.folder, { recursive: true })
  }
}

/** A key and a certificate for a host of this name, and the file it can be checked with. */
export function certificateFor(host: string, folder: string): { key: string; cert: string; file: string } {
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', file], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8'), file }
}
