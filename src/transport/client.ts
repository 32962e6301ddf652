import type { Duplex, Readable } from 'node:stream'
import type { ConnectConfig } from 'ssh2'

/** A program on a host, as the ssh library shows it. */
export interface RemoteProgram extends Duplex {
  readonly stderr: Readable
  close(): void
}

/** What an ssh connection is asked for once it let us in. */
export interface Opener {
  exec(command: string, opened: (error: Error | undefined, program: RemoteProgram) => void): unknown
  forwardOut(
    fromAddress: string,
    fromPort: number,
    address: string,
    port: number,
    opened: (error: Error | undefined, stream: Duplex) => void,
  ): unknown
}

/** The ssh library's client, or one whose connection another process has. */
export interface SshClient extends Opener {
  // biome-ignore lint/suspicious/noExplicitAny: each event has its own.
  on(event: string, listener: (...all: any[]) => void): unknown
  connect(config: ConnectConfig): unknown
  end(): unknown
  destroy(): unknown
}

/** Why a connection is over. */
export interface End {
  /** `undefined` while it is not. */
  lost(): string | undefined
  /** The first reason counts. */
  because(reason: string): void
}

/** Watches for the end of a client's connection, from now on. */
export function watchEnd(client: SshClient): End {
  let over: string | undefined
  const because = (reason: string) => {
    over ??= reason
  }
  client.on('error', (error: Error & { level?: string }) => {
    if (error.level !== 'agent')
      because(/keepalive/i.test(error.message) ? 'the host no longer answers' : error.message)
  })
  client.on('close', () => because('the host closed it'))
  return { lost: () => over, because }
}
