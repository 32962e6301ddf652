import { spawn } from 'node:child_process'
import { connect as connectTcp } from 'node:net'
import { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { keepTail } from './channel.ts'
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
    const socket = connectTcp({ host: hostname, port })
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
    socket.once('error', (error) => settle(unreachable(error, destination)))
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })
}

/** Speaks to the destination through a command, as ProxyCommand says; the command ends with the connection. */
export function dialThroughCommand(command: string): Wire {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: 'pipe', detached: true })
  const said = keepTail(child.stderr)
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
  child.on('error', (error) => stream.destroy(error))
  // A command that ends early is noticed where the stream is read.
  child.stdin.on('error', () => undefined)
  child.stdout.on('error', () => undefined)
  return {
    stream,
    said,
    close() {
      stream.destroy()
      if (child.pid === undefined || child.exitCode !== null) return
      try {
        process.kill(-child.pid, 'SIGTERM')
      } catch {
        // It has just ended by itself.
      }
    },
  }
}

/** Speaks to the destination through a connection to another machine. Throws UNREACHABLE. */
export function dialThroughJump(client: Client, destination: Destination): Promise<Wire> {
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
