import { spawn } from 'node:child_process'

/** A shell that is told one script after the other, and says what each printed. */
export class Prompt {
  readonly #shell
  #output = ''
  #wake: (() => void) | undefined
  #number = 0
  #before: Promise<unknown> = Promise.resolve()

  /** Starts a program that reads scripts from its standard input, such as `sh`. */
  constructor([program = 'sh', ...words]: readonly string[]) {
    this.#shell = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#shell.stdout.on('data', (data) => {
      this.#output += String(data)
      this.#wake?.()
    })
    this.#shell.stdin.on('error', () => this.#wake?.())
    this.#shell.on('exit', () => this.#wake?.())
  }

  /** What a script prints, which is run when those before have ended. Throws where the shell is gone. */
  run(script: string): Promise<string> {
    const said = this.#before.then(() => this.#run(script))
    this.#before = said.catch(() => undefined)
    return said
  }

  async #run(script: string): Promise<string> {
    const mark = `done ${++this.#number}`
    this.#shell.stdin.write(`${script}\necho '${mark}'\n`)
    for (;;) {
      const end = this.#output.indexOf(`${mark}\n`)
      if (end >= 0) {
        const said = this.#output.slice(0, end)
        this.#output = this.#output.slice(end + mark.length + 1)
        return said
      }
      if (this.#shell.exitCode !== null || this.#shell.signalCode !== null)
        throw new Error(`the shell is gone: ${this.#output}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  [Symbol.dispose](): void {
    this.#shell.kill('SIGKILL')
  }
}
