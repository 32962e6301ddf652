import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'

/** Starts a program that outlives this one, in a session of its own; its output goes to the end of `log`. */
export async function spawnDetached(argv: readonly string[], log: string): Promise<void> {
  const output = await open(log, 'a')
  try {
    const [file = '', ...words] = argv
    const child = spawn(file, words, { detached: true, cwd: '/', stdio: ['ignore', output.fd, output.fd] })
    await new Promise<void>((started, failed) => child.once('spawn', started).once('error', failed))
    child.unref()
  } finally {
    await output.close()
  }
}
