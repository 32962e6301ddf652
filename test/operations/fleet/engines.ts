import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { answersWithin } from './places.ts'

/** One running server of NATS, on loopback. */
export interface Server {
  readonly url: string
  readonly port: number
  /** Of its process, while it runs. */
  readonly pid: number | undefined
  /** As it calls itself. */
  readonly name: string
  /** The file of what it tells. */
  readonly log: string
  signal(name: NodeJS.Signals): void
  /** As a power failure ends it. */
  kill(): Promise<void>
  /** Once more, with what it has on its disk. */
  start(): Promise<void>
}

/** Servers of one test, and a folder that is theirs. */
export interface Engines extends AsyncDisposable {
  readonly folder: string
  /** `configuration`: in the words of nats-server, beside its port; without JetStream where `jetstream` is false. */
  server(
    configuration?: string,
    more?: {
      readonly jetstream?: boolean
      readonly domain?: string
      readonly port?: number
      /** Words before those that start it, where it stands in a network of its own. */
      readonly within?: readonly string[]
    },
  ): Promise<Server>
  /** So many servers that are one engine; `configuration`: in the words of nats-server, of each. */
  cluster(
    size: number,
    more?: {
      readonly domain?: string
      readonly within?: readonly string[]
      readonly configuration?: (index: number) => string
    },
  ): Promise<readonly Server[]>
}

export function openEngines(): Engines {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-nats-'))
  const running = new Set<ChildProcess>()
  let count = 0
  const make = (
    configuration: string,
    port: number,
    {
      jetstream = true,
      domain,
      within = [],
    }: { readonly jetstream?: boolean; readonly domain?: string; readonly within?: readonly string[] } = {},
  ): Server => {
    const name = `n${++count}`
    const store = join(folder, name)
    mkdirSync(store)
    const file = join(folder, `${name}.conf`)
    const streams = jetstream
      ? `jetstream { store_dir: "${store}"${domain ? `, domain: ${domain}` : ''} }\n`
      : ''
    writeFileSync(file, `server_name: ${name}\nlisten: "127.0.0.1:${port}"\n${streams}${configuration}\n`)
    let child: ChildProcess | undefined
    return {
      url: `nats://127.0.0.1:${port}`,
      port,
      name,
      get pid() {
        return child?.pid
      },
      log: join(folder, `${name}.log`),
      signal: (one) => void child?.kill(one),
      async kill() {
        const ended = new Promise((done) => child?.once('close', done))
        child?.kill('SIGKILL')
        await ended
      },
      async start() {
        const words = [...within, 'nats-server', '-c', file, '-l', join(folder, `${name}.log`)]
        const [command = '', ...rest] = words
        const started = spawn(command, rest, { stdio: 'ignore' })
        child = started
        running.add(started)
        started.once('close', () => running.delete(started))
        await (within.length > 0 ? answersWithin(within, port) : answers(port))
      },
    }
  }
  return {
    folder,
    async server(configuration = '', { port, ...more } = {}) {
      const server = make(configuration, port ?? (await freePort()), more)
      await server.start()
      return server
    },
    async cluster(size, { configuration = () => '', ...more } = {}) {
      const routes = await Promise.all(Array.from({ length: size }, freePort))
      const all = routes.map((port) => `nats://127.0.0.1:${port}`).join(', ')
      const ports = await Promise.all(routes.map(freePort))
      const servers = routes.map((route, index) =>
        make(
          `cluster { name: c, listen: "127.0.0.1:${route}", routes: [${all}] }\n${configuration(index)}`,
          ports[index] ?? 0,
          more,
        ),
      )
      await Promise.all(servers.map((one) => one.start()))
      return servers
    },
    async [Symbol.asyncDispose]() {
      const ended = [...running].map((child) => new Promise((done) => child.once('close', done)))
      for (const child of running) child.kill('SIGKILL')
      await Promise.all(ended)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A cable from one port to another, until it is cut. */
export async function cableBetween(from: number, to: number): Promise<{ readonly cut: () => void }> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = dial(to, '127.0.0.1')
    for (const one of [near, far]) {
      sockets.add(one)
      one.on('error', () => {})
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((done) => server.listen(from, '127.0.0.1', done))
  return {
    cut() {
      server.close()
      for (const one of sockets) one.destroy()
    },
  }
}

/** A port that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { readonly port: number }
  await new Promise((done) => server.close(done))
  return port
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isThere = await new Promise<boolean>((done) => {
      const socket = dial(port, '127.0.0.1')
      socket.once('data', () => {
        socket.destroy()
        done(true)
      })
      socket.once('error', () => done(false))
    })
    if (isThere) return
    await sleep(50)
  }
  throw new Error(`nothing answers on port ${port}`)
}
