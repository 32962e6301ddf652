import { spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../../src/model/failure.ts'
import type { Program } from '../../src/model/script.ts'
import type { Frame, Session } from '../../src/model/session.ts'
import { parseFrames } from '../../src/shell/frames.ts'

/** No test touches what this computer itself may remember. */
const elsewhere = 'mkdir() { case "$*" in *" /var/lib/understudy"*) return 1 ;; esac; command mkdir "$@"; }'

/** A session with a real shell on this computer, which a test can cut. */
export class ShellSession implements Session {
  trips = 0
  readonly programs: string[] = []
  /** Kills the shell once this many steps have started, as a broken network would end the stream. */
  cutAfterSteps = Number.POSITIVE_INFINITY
  #steps = 0
  /** Where notes are kept instead of in the state of this computer. */
  readonly #home: string | undefined

  constructor(home?: string) {
    this.#home = home
  }

  async *run(program: Program): AsyncIterable<Frame> {
    this.trips += 1
    this.programs.push(program.script)
    const env = this.#home === undefined ? process.env : { ...process.env, HOME: this.#home }
    const shell = spawn('dash', ['-s'], { stdio: ['pipe', 'pipe', 'ignore'], env })
    // What was written must reach the disk of a machine; here that would only wait for this computer's.
    shell.stdin.end(`sync() { :; }; timeout() { shift; "$@"; }\n${elsewhere}\n${program.script}`)
    shell.stdout.setEncoding('utf8')
    let done = false
    for await (const frame of parseFrames(program.nonce, shell.stdout)) {
      if (frame.is === 'step-started') this.#steps += 1
      if (this.#steps > this.cutAfterSteps) {
        this.cutAfterSteps = Number.POSITIVE_INFINITY
        shell.stdout.destroy()
        break
      }
      if (frame.is === 'done') done = true
      yield frame
    }
    if (!done) throw new Failure('CONNECTION_LOST', 'the stream ended early')
  }

  async upload(content: Uint8Array): Promise<string> {
    this.trips += 1
    const path = join(await mkdtemp(join(tmpdir(), 'understudy-test-')), 'upload')
    await writeFile(path, content, { mode: 0o600 })
    return path
  }

  async converse(): Promise<never> {
    throw new Error('no test of the engine talks to a program')
  }

  async dial(): Promise<never> {
    throw new Error('no test of the engine dials')
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
