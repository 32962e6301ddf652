import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { makeKey } from '../../../src/operations/fleet/keys.ts'
import { openSshLab, type SshLab } from '../../transport/sshd.ts'
import { type OwnRun, startOwnRun } from '../own-run.ts'
import { answersWithin, type Place } from './places.ts'

const main = resolve(import.meta.dirname, '../../../dist/cli/main.js')

/** What a command of the fleet printed, and how it ended. */
export interface Ended {
  readonly status: number | null
  readonly out: string
  readonly error: string
  /** What it said in JSON, a value a line. */
  readonly said: readonly Record<string, unknown>[]
}

/** A worker, as a process of its own. */
export interface Worker {
  readonly name: string
  readonly pid: number
  signal(name: NodeJS.Signals): void
  /** As a power failure ends it. */
  kill(): Promise<void>
  /** Waits until it has said something like that; what it said. */
  says(what: Record<string, unknown>): Promise<Record<string, unknown>>
  readonly ended: Promise<number | null>
  error(): string
}

/** A fleet of machines behind sshd on loopback, its file, its keys, and its workers. */
export interface TestFleet extends AsyncDisposable {
  readonly folder: string
  readonly lab: SshLab
  readonly publicKey: string
  readonly keyFile: string
  readonly machines: ReadonlyMap<string, OwnRun>
  /** The path of a file on the machine of a cluster, as we see it. */
  readonly on: (cluster: string, path: string) => string
  /** Writes the playbook that all clusters have. */
  playbook(tasks: readonly unknown[]): void
  run(...words: readonly string[]): Promise<Ended>
  begin(...words: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> }
  worker(site: string, name: string, ...words: readonly string[]): Promise<Worker>
}

/** Makes a fleet whose clusters each have one machine; `engine` is where its commands look for it. `places`: networks of sites, and of commands under ''. */
export async function openFleet(
  clusters: Readonly<Record<string, string>>,
  engine: readonly string[],
  more: object = {},
  places: ReadonlyMap<string, Place> = new Map(),
): Promise<TestFleet> {
  const lab = openSshLab()
  const folder = join(lab.directory, 'fleet')
  mkdirSync(folder)
  const machines = new Map<string, OwnRun>()
  for (const [cluster, site] of Object.entries(clusters)) {
    const place = places.get(site)
    const machine = await startOwnRun(
      lab,
      'dash',
      place && { within: place.within, answering: (port) => answersWithin(place.within, port) },
    )
    machines.set(cluster, machine)
    const inventory = {
      all: {
        hosts: {
          [`${cluster}-1`]: {
            ansible_host: '127.0.0.1',
            ansible_port: machine.server.port,
            ansible_user: 'root',
            ansible_ssh_private_key_file: lab.key,
            ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${machine.server.knownHosts} -o GlobalKnownHostsFile=none -o IdentityAgent=none`,
          },
        },
      },
    }
    writeFileSync(join(folder, `${cluster}.yaml`), JSON.stringify(inventory))
  }
  const file = {
    fleet: 'web',
    engine,
    ...more,
    clusters: Object.fromEntries(
      Object.entries(clusters).map(([name, site]) => [
        name,
        { site, inventory: `${name}.yaml`, playbook: 'site.yaml' },
      ]),
    ),
  }
  writeFileSync(join(folder, 'fleet.yaml'), JSON.stringify(file))
  const keyFile = join(lab.directory, 'signer.seed')
  const publicKey = await makeKey('signer', keyFile)
  const children = new Set<ChildProcess>()
  const start = (words: readonly string[], site = ''): ChildProcess => {
    const env = { ...process.env, HOME: lab.directory, UNDERSTUDY_FLEET_KEY: keyFile }
    const within = places.get(site)?.within ?? []
    const [command = '', ...rest] = [...within, process.execPath, main, ...words]
    const child = spawn(command, rest, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    child.once('close', () => children.delete(child))
    return child
  }
  const begin = (...words: readonly string[]) => {
    const child = start(words)
    return { child, ended: endOf(child) }
  }
  return {
    folder,
    lab,
    publicKey,
    keyFile,
    machines,
    on: (cluster, path) => `/proc/${machines.get(cluster)?.server.pid}/root${path}`,
    playbook(tasks) {
      writeFileSync(join(folder, 'site.yaml'), JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]))
    },
    begin,
    run: (...words) => begin(...words).ended,
    async worker(site, name, ...words) {
      const at = words.includes('--engine') ? [] : engine.flatMap((url) => ['--engine', url])
      const state = join(lab.directory, 'state')
      const usual = ['worker', '--fleet', 'web', '--site', site, '--name', name, '--trust', publicKey]
      const child = start([...usual, '--state', state, '--lease', '4', '--json', ...at, ...words], site)
      return followed(child, name)
    },
    async [Symbol.asyncDispose]() {
      const ended = [...children].map((child) => new Promise((done) => child.once('close', done)))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ended)
      lab[Symbol.dispose]()
    },
  }
}

function followed(child: ChildProcess, name: string): Worker {
  const said: Record<string, unknown>[] = []
  let rest = ''
  let error = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    said.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>))
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  const ended = new Promise<number | null>((done) => child.once('close', done))
  return {
    name,
    pid: child.pid ?? 0,
    signal: (one) => void child.kill(one),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async says(what) {
      for (let tries = 0; tries < 1200; tries += 1) {
        const found = said.find((one) => Object.entries(what).every(([key, value]) => one[key] === value))
        if (found) return found
        if (child.exitCode !== null) break
        await sleep(50)
      }
      throw new Error(`${name} never said ${JSON.stringify(what)}, but ${JSON.stringify(said)} ${error}`)
    },
    ended,
    error: () => error,
  }
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let [out, error] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  const status = await new Promise<number | null>((done) => child.once('close', done))
  const said = out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { status, out, error, said }
}

/** The lines of a file, none where it is not there. */
export function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

/** A step of a playbook that takes its time, and writes on the machine when it begins and ends. */
export function slowStep(seconds: number, name = 'step') {
  return {
    name,
    shell: `echo "begin ${name}" >>/run/told; sleep ${seconds}; echo "end ${name}" >>/run/told`,
    changed_when: true,
  }
}

/** What a command says that ends with this status, and prints nothing else. */
export async function refusalOf(
  fleet: Pick<TestFleet, 'run'>,
  status: number,
  words: readonly string[],
): Promise<string> {
  const ended = await fleet.run(...words)
  expect(ended.error).not.toMatch(/^\s+at /m)
  expect([ended.status, ended.out]).toEqual([status, ''])
  return ended.error
}
