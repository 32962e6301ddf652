import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Group } from './groups.ts'

/** A command of the controller. */
export interface Command {
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Statuses with which it ends where it did what it was asked for. */
  readonly well?: readonly number[]
}

/** What one run took. */
export interface Sample {
  readonly wall: number
  /** Seconds of processors, of the controller and of all targets together. */
  readonly controller: number
  readonly targets: number
  /** Megabytes of the controller at its most; undefined where the kernel does not count them. */
  readonly memory: number | undefined
  /** Packets on the wire, both ways. */
  readonly packets: number
  readonly connections: number
  /** Programs sent to a host one after the other, at most; where the command tells. */
  readonly trips?: number
}

/** The groups that are counted, and a file for what commands print. */
export interface Scales {
  readonly controller: Group
  readonly targets: Group
  readonly output: string
}

/** Beyond this a command is ended and its run has failed. */
const mostSeconds = 900
const sampledEvery = 40

/** Runs a command to its end and says what it took; throws, with the end of what it printed, where it went wrong. */
export async function measure(command: Command, scales: Scales): Promise<Sample> {
  const { controller, targets, output } = scales
  const before = counted(scales)
  let most = 0
  const sampler = setInterval(() => {
    most = Math.max(most, controller.bytes() ?? 0)
  }, sampledEvery)
  const began = performance.now()
  const status = await ended(command, controller.entrances, output).finally(() => clearInterval(sampler))
  const wall = (performance.now() - began) / 1000
  if (!(command.well ?? [0]).includes(status)) {
    const said = readFileSync(output, 'utf8').trimEnd().split('\n').slice(-20).join('\n')
    throw new Error(`${command.words.join(' ')} ended with ${status}:\n${said}`)
  }
  // What ended a connection is still busy with that on the other side.
  await quiet(targets)
  const after = counted(scales)
  return {
    wall,
    controller: after.controller - before.controller,
    targets: after.targets - before.targets,
    memory: controller.bytes() === undefined ? undefined : most / 2 ** 20,
    packets: after.packets - before.packets,
    connections: after.connections - before.connections,
    ...tripsIn(readFileSync(output, 'utf8')),
  }
}

/** What Understudy's closing table says of each host. */
function tripsIn(said: string): { readonly trips?: number } {
  const told = [...said.matchAll(/ trips=(\d+) /g)].map(([, trips]) => Number(trips))
  return told.length === 0 ? {} : { trips: Math.max(...told) }
}

function ended(command: Command, entrances: readonly string[], output: string): Promise<number> {
  const log = openSync(output, 'w')
  // The shell becomes the command, so that all of it is counted and nothing else.
  const enter = `for entrance in ${entrances.join(' ')}; do echo 0 >"$entrance" || exit 125; done; exec "$@"`
  const child = spawn('sh', ['-c', enter, 'enter', ...command.words], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...command.env },
    timeout: mostSeconds * 1000,
    killSignal: 'SIGKILL',
  })
  closeSync(log)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (status, signal) => resolve(status ?? (signal === null ? 1 : 128)))
  })
}

async function quiet(targets: Group): Promise<void> {
  let last = targets.seconds()
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((done) => setTimeout(done, 100))
    const now = targets.seconds()
    if (now - last < 0.002) return
    last = now
  }
}

/** Counters of the kernel; those of the network are of the namespace that this process is in. */
function counted({ controller, targets }: Scales) {
  const loopback = /^\s*lo:\s*\d+\s+(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'))?.[1]
  const [names = '', values = ''] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
  return {
    controller: controller.seconds(),
    targets: targets.seconds(),
    packets: Number(loopback),
    connections: Number(values.split(' ')[names.split(' ').indexOf('ActiveOpens')]),
  }
}
