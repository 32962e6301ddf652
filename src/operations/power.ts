import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from '../cluster/index.ts'
import type { PowerSwitch } from '../drill/hand.ts'
import { Failure } from '../model/failure.ts'

/** Management controllers are slow, and servers test themselves for minutes. */
const usual: Limits = { command: 60_000, boot: 600_000 }
/** Bytes of what a command prints that are kept. */
const mostOutput = 8192
/** Milliseconds between two tries to log in. */
const tryAgain = 2000

/** What switching takes beyond the commands. */
export interface PowerMeans {
  /** Resolves once a machine can be logged into; rejects where it cannot. */
  readonly logIn: (host: string) => Promise<void>
  /** Others than usual, for tests. */
  readonly limits?: Limits
}

interface Limits {
  /** Milliseconds a command may take. */
  readonly command: number
  /** Milliseconds a machine may take to where it can be logged into. */
  readonly boot: number
}

/** The directors that have no word about their power. */
export function withoutPower({ directors }: Cluster): readonly string[] {
  return directors.filter(({ power }) => power === undefined).map(({ host }) => host)
}

/** The switch that the inventory describes: its commands, run by a shell on this computer. */
export function commandPower({ directors }: Cluster, { logIn, limits = usual }: PowerMeans): PowerSwitch {
  const armed = new Map<string, ChildProcess>()
  const commandsOf = (host: string) => {
    const power = directors.find((one) => one.host === host)?.power
    if (power) return power
    throw new Failure('INVALID_INPUT', `nobody can cut the power of ${host}`)
  }
  return {
    bootsWithin: limits.boot,
    async arm(host, seconds) {
      // Not before the command that cuts it is over.
      armed.set(host, runLater(commandsOf(host).on, seconds + limits.command / 1000))
    },
    async cut(host) {
      const said = await run(commandsOf(host).off, limits)
      if (said !== undefined) throw refused(host, 'cuts', said)
    },
    async restore(host) {
      const said = await run(commandsOf(host).on, limits)
      if (!(await comesBack(() => logIn(host), limits)))
        throw said === undefined
          ? new Failure('STEP_FAILED', `${host} was switched on, and cannot be logged into since`)
          : refused(host, 'restores', said)
      callOff(armed.get(host))
    },
  }
}

function refused(host: string, verb: 'cuts' | 'restores', output: string): Failure {
  return new Failure('STEP_FAILED', `the command that ${verb} the power of ${host} failed`, {
    where: { host },
    output,
    next: `try it by hand: it is power.${verb === 'cuts' ? 'off' : 'on'} of its variable director`,
  })
}

/** Servers test themselves for minutes before they boot. */
async function comesBack(logIn: () => Promise<void>, { boot }: Limits): Promise<boolean> {
  const deadline = performance.now() + boot
  for (;;) {
    try {
      await logIn()
      return true
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (performance.now() > deadline) return false
    }
    await pause(tryAgain)
  }
}

/**
 * The command goes to a shell as its input: what is secret in it is in nobody's list of processes, unless the
 * program it calls takes it as an argument. A session of its own keeps it from our Ctrl-C.
 */
function shellWith(script: string, output: 'pipe' | 'ignore'): ChildProcess {
  const child = spawn('/bin/sh', ['-s'], { detached: true, cwd: '/', stdio: ['pipe', output, output] })
  child.stdin?.on('error', () => {})
  // One command for the shell: it has read all of it before any of it can read the same input.
  child.stdin?.end(`{\n${script}\n} </dev/null\n`)
  return child
}

/** Runs a command; what it printed where it failed or took too long, `undefined` where it went well. */
async function run(command: string, { command: limit }: Limits): Promise<string | undefined> {
  const child = shellWith(command, 'pipe')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-mostOutput)
    })
  let late = false
  const timer = setTimeout(() => {
    late = true
    endAll(child)
  }, limit)
  const status = await new Promise<number | null>((done) => {
    child.once('error', (error) => {
      output += error.message
      done(null)
    })
    child.once('close', done)
  })
  clearTimeout(timer)
  if (status === 0) return undefined
  const end = late ? `it took longer than ${limit / 1000} s` : `status ${status}`
  return `${output.trimEnd()}\n(${end})`.trimStart()
}

/** Runs a command after some seconds, whether or not this process lives then. */
function runLater(command: string, seconds: number): ChildProcess {
  const child = shellWith(`sleep ${Math.ceil(seconds)}\n${command}`, 'ignore')
  child.unref()
  return child
}

function callOff(child: ChildProcess | undefined): void {
  if (child && child.exitCode === null) endAll(child)
}

/** A shell and what it started are one group of processes. */
function endAll({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM')
  } catch {
    // Over already.
  }
}
