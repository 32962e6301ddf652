import { spawn } from 'node:child_process'
import { connect as connectTcp } from 'node:net'
import { Duplex } from 'node:stream'
import { keepTail } from './channel.ts'
import type { Opener } from './client.ts'
import type { Destination } from './destination.ts'
import { timedOut, unreachable } from './unreachable.ts'

/** A stream of bytes to an ssh server. */
export interface Wire {
  readonly stream: Duplex
  /** What a ProxyCommand has said on standard error. */
  said(): string
  close(): void
}

/** Connects straight to the destination. Throws UNREACHABLE, or the signal's reason. */
export function dialDirectly(destination: Destination, signal: AbortSignal): Promise<Wire> {
  const { hostname, port, timeoutSeconds } = destination
  return new Promise((resolve, reject) => {
    // Packets wait for nobody: with Nagle's algorithm each small one waited until the host had acknowledged the one before, 40 ms on Linux.
    const socket = gathered(connectTcp({ host: hostname, port, noDelay: true }))
    const settle = (failure?: unknown) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      if (failure === undefined)
        return resolve({ stream: socket, said: () => '', close: () => socket.destroy() })
      socket.destroy()
      reject(failure)
    }
    const abort = () => settle(signal.reason)
    const timer = setTimeout(() => settle(timedOut(destination, 'connecting')), timeoutSeconds * 1000)
    socket.once('connect', () => settle())
    // It stays: between here and ssh an error must have a listener.
    socket.on('error', (error) => settle(unreachable(error, destination)))
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })
}

/** Where a program of the user runs, and with which environment. */
export interface Surroundings {
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Speaks to the destination through a command, as ProxyCommand says; the command ends with the connection. */
export function dialThroughCommand(command: string, within?: Surroundings): Wire {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
    stdio: 'pipe',
    detached: true,
    ...(within ? { cwd: within.directory, env: within.environment } : {}),
  })
  const { stdin, stdout } = child
  const said = keepTail(child.stderr)
  const stream = gathered(
    new Duplex({
      read: () => void stdout.resume(),
      write: (chunk, _encoding, done) => void stdin.write(chunk, () => done()),
      writev: (chunks, done) =>
        void stdin.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), () => done()),
      final: (done) => void stdin.end(() => done()),
    }),
  )
  stdout.on('data', (chunk) => {
    if (!stream.push(chunk)) stdout.pause()
  })
  child.once('close', () => stream.push(null))
  // Nobody would end the other half: the command that read it is gone.
  stream.once('end', () => stream.destroy())
  // A command that fails or ends early is noticed where the stream is read.
  for (const part of [child, stdin, stdout, stream]) part.on('error', () => undefined)
  return {
    stream,
    said,
    close() {
      stream.destroy()
      if (child.pid === undefined || child.exitCode !== null) return
      // A command may miss a signal (socat does, at a bad moment): the end of its input tells it too, and nobody waits for it.
      for (const part of [stdin, stdout, child.stderr]) part.destroy()
      child.unref()
      try {
        process.kill(-child.pid, 'SIGTERM')
      } catch {
        // It has just ended by itself.
      }
    },
  }
}

/** Speaks to the destination through a connection to another machine. Throws UNREACHABLE. */
export function dialThroughJump(client: Opener, destination: Destination): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => reject(unreachable(error, destination))
    try {
      client.forwardOut('127.0.0.1', 0, destination.hostname, destination.port, (error, stream) =>
        error ? refuse(error) : resolve({ stream, said: () => '', close: () => stream.destroy() }),
      )
    } catch (error) {
      refuse(error)
    }
  })
}

/**
 * What is written to the stream in one go leaves in one piece. The ssh library writes a packet as its length, its content and its tag, and
 * each was a segment, and a read of the host, by itself.
 */
function gathered<Stream extends Duplex>(stream: Stream): Stream {
  const write = stream.write.bind(stream) as (...all: unknown[]) => boolean
  stream.write = (...all: unknown[]) => {
    if (stream.writableCorked === 0) {
      stream.cork()
      process.nextTick(() => stream.uncork())
    }
    return write(...all)
  }
  return stream
}
