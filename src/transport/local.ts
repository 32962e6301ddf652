import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Failure } from '../model/failure.ts'
import { type Channel, type Ending, keepTail } from './channel.ts'

/** Runs a command on this computer. It gets a session of its own, so that Ctrl-C does not end a step midway. */
export async function openLocalChannel(command: string): Promise<Channel> {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const ended = new Promise<Ending>((resolve) => {
    child.on('close', (status, signal) =>
      resolve({ ...(status === null ? {} : { status }), ...(signal === null ? {} : { signal }) }),
    )
    child.on('error', () => resolve({}))
  })
  // A program that ends early closes its input; its status tells more than the broken pipe.
  child.stdin.on('error', () => undefined)
  child.stdout.on('error', () => undefined)
  child.stdout.setEncoding('utf8')
  const said = keepTail(child.stderr)
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw new Failure('UNREACHABLE', 'no shell can be started on this computer', { cause })
  }
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    said,
    close() {
      child.stdin.destroy()
      child.stdout.destroy()
      child.stderr.destroy()
    },
  }
}
