import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Keeping } from '../../../src/transport/index.ts'
import { openSshLab, type Sshd, type SshLab } from '../sshd.ts'

export const command = resolve('dist/cli/main.js')

/** How connections are kept by the command that was built. */
export function keeping(seconds = 60): Keeping {
  return {
    seconds,
    program: { words: [process.execPath, command, 'keep-connections'], file: command, version: 'of a test' },
  }
}

/** A lab whose servers tell who logs in, and a place of its own for what keeps connections. */
export interface KeptLab extends SshLab {
  /** Where commands meet who keeps their connections: `XDG_RUNTIME_DIR` while the lab is open. */
  readonly runtime: string
  /** A server that writes down what happens. */
  noting(options?: readonly string[]): Promise<Sshd>
  /** How often somebody was let in so far. */
  logins(): number
  /** How often somebody was not. */
  refusals(): number
  /** The processes that keep connections there. */
  masters(): readonly number[]
}

export function openKeptLab(): KeptLab {
  const lab = openSshLab()
  const runtime = join(lab.directory, 'run')
  mkdirSync(runtime, { mode: 0o700 })
  const before = process.env.XDG_RUNTIME_DIR
  process.env.XDG_RUNTIME_DIR = runtime
  const log = lab.file('log', '')
  const count = (what: RegExp) => [...readFileSync(log, 'utf8').matchAll(what)].length
  const masters = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => wordsOf(pid).includes(join(runtime, 'understudy')))
      .map(Number)
  return {
    ...lab,
    runtime,
    noting: (options = []) =>
      lab.start(['LogLevel VERBOSE', ...options], ['ed25519'], ['sh', '-c', `exec "$0" "$@" 2>>${log}`]),
    logins: () => count(/Accepted (?:publickey|password|keyboard-interactive\/pam)/g),
    refusals: () => count(/Failed password/g),
    masters,
    [Symbol.dispose]() {
      for (const pid of masters()) process.kill(pid, 'SIGKILL')
      if (before === undefined) delete process.env.XDG_RUNTIME_DIR
      else process.env.XDG_RUNTIME_DIR = before
      lab[Symbol.dispose]()
    },
  }
}

function wordsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** Waits until it is so; the test's own time is the bound. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20)
}
