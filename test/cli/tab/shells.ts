import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../e2e/understudy.ts'

/** A folder to work in, with `understudy` on the path and a cluster in a folder whose name has a blank. */
export interface Place extends Disposable {
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
}

/** Makes such a folder. */
export function place(): Place {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-tab-'))
  const bin = join(directory, '.bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'understudy'),
    `#!/bin/sh\nexec '${process.execPath}' '${projectRoot}/dist/cli/main.js' "$@"\n`,
  )
  chmodSync(join(bin, 'understudy'), 0o755)
  const inventory =
    'all: { children: { web: { hosts: { web1: , web2: } }, db: { hosts: { "fe80::7": } } } }\n'
  for (const name of ['clusters/one', 'my cluster', 'notes', '$(touch hurt)']) {
    mkdirSync(join(directory, name), { recursive: true })
    if (name !== 'notes') writeFileSync(join(directory, name, 'inventory.yaml'), inventory)
  }
  writeFileSync(join(directory, 'notes/report.html'), '')
  return {
    directory,
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: directory, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    [Symbol.dispose]: () => removeWhenQuiet(directory),
  }
}

/** What a shell without a terminal offers, one candidate a line. */
export function asked(here: Place, shell: string, program: string, ...args: readonly string[]) {
  return execFileSync(shell, [...(shell === 'bash' ? ['--norc'] : ['--no-config']), '-c', program, ...args], {
    cwd: here.directory,
    env: here.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\n')
    .filter((line) => line !== '')
}

/** A shell on a terminal of its own, with somebody who types. */
export interface Typing extends AsyncDisposable {
  /** Types keys and waits until the screen shows a text after that; returns what came since. */
  type(keys: string, until: string | RegExp): Promise<string>
}

/** Starts a shell on a terminal. */
export function shellOnTerminal(command: string, { directory, env }: Place): Typing {
  const child: ChildProcess = spawn('script', ['-qec', command, '/dev/null'], { cwd: directory, env })
  let screen = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    screen += text
  })
  return {
    type: async (keys, until) => {
      const from = screen.length
      child.stdin?.write(keys)
      for (const end = Date.now() + 60_000; Date.now() < end; ) {
        const since = screen.slice(from)
        if (typeof until === 'string' ? since.includes(until) : until.test(since)) return since
        await new Promise((later) => setTimeout(later, 50))
      }
      throw new Error(`${until} never came; the screen shows:\n${screen.slice(from)}`)
    },
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A shell that was hung up on may still be writing its history there. */
function removeWhenQuiet(directory: string): void {
  for (let tries = 0; ; tries += 1) {
    try {
      rmSync(directory, { recursive: true, force: true })
      return
    } catch (error) {
      if (tries === 100) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}
