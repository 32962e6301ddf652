import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'
import { aborted, type Channel, type Ending, keepTail } from './channel.ts'
import type { RemoteProgram } from './client.ts'
import type { Connection } from './connection.ts'

/** Milliseconds in which a program that has just ended must have left its place to the next, and between two tries. */
const placesFreeWithin = 3000
const betweenTries = 150

/**
 * Runs a command on the host, in a channel of its own. A host allows only so many programs over one connection (sshd_config(5),
 * MaxSessions), and counts one for a while after it has ended for us: it is asked again before that is taken for an answer.
 * Throws `Failure` CONNECTION_LOST where the connection is gone or the host lets no further program begin.
 */
export async function openSshChannel(
  { client, lost }: Connection,
  command: string,
  signal: AbortSignal,
): Promise<Channel> {
  const since = performance.now()
  for (;;) {
    try {
      return await openOnce(client, command, signal)
    } catch (cause) {
      signal.throwIfAborted()
      const refused = lost() === undefined && isRefusal(cause)
      if (!refused || performance.now() - since > placesFreeWithin) throw noChannel(cause, refused, lost())
    }
    await pause(betweenTries, undefined, { signal, ref: false }).catch(() => signal.throwIfAborted())
  }
}

async function openOnce(
  client: Connection['client'],
  command: string,
  signal: AbortSignal,
): Promise<Channel> {
  const opening = new Promise<RemoteProgram>((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
  const abort = aborted(signal)
  try {
    return wrap(await Promise.race([opening, abort.promise]))
  } catch (error) {
    opening.then(
      (channel) => channel.close(),
      () => undefined,
    )
    throw error
  } finally {
    abort.release()
  }
}

/** Did the host itself say that it opens none (RFC 4254, section 5.1)? The library gives its reason, a number. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number'
}

function noChannel(cause: unknown, refused: boolean, lost: string | undefined): Failure {
  if (!refused)
    return new Failure('CONNECTION_LOST', `the connection is gone${lost ? `: ${lost}` : ''}`, {
      cause,
      next: 'run the same command again',
    })
  return new Failure('CONNECTION_LOST', 'the host lets no further program begin over this connection', {
    cause,
    next: 'let sshd there allow more sessions over one connection (MaxSessions)',
  })
}

function wrap(channel: RemoteProgram): Channel {
  const ended = new Promise<Ending>((resolve) => {
    let ending: Ending = {}
    channel.on('exit', (status: number | null, signal?: string) => {
      ending = status === null ? { signal: signal ?? 'unknown' } : { status }
    })
    channel.on('close', () => resolve(ending))
  })
  channel.on('error', () => undefined)
  channel.setEncoding('utf8')
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended,
    said: keepTail(channel.stderr),
    close() {
      channel.close()
      channel.resume()
    },
  }
}
