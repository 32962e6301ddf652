import type { ClientChannel } from 'ssh2'
import { Failure } from '../model/failure.ts'
import { aborted, type Channel, type Ending, keepTail } from './channel.ts'
import type { Connection } from './connection.ts'

/** Runs a command on the host, in a channel of its own. */
export async function openSshChannel(
  { client, lost }: Connection,
  command: string,
  signal: AbortSignal,
): Promise<Channel> {
  const gone = (cause: unknown) =>
    new Failure('CONNECTION_LOST', `the connection is gone${lost() ? `: ${lost()}` : ''}`, {
      cause,
      next: 'run the same command again',
    })
  const opening = new Promise<ClientChannel>((resolve, reject) => {
    try {
      client.exec(command, (error, channel) => (error ? reject(gone(error)) : resolve(channel)))
    } catch (error) {
      reject(gone(error))
    }
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

function wrap(channel: ClientChannel): Channel {
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
