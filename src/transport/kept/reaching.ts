import type { Socket } from 'node:net'
import { Failure } from '../../model/failure.ts'
import { aborted, atMost } from '../channel.ts'
import { watchEnd } from '../client.ts'
import type { Connection, Preparation } from '../connection.ts'
import type { Destination } from '../destination.ts'
import type { Recorded } from '../host-keys.ts'
import { createJumps } from '../jumps.ts'
import type { Wire } from '../wire.ts'
import { Dialogue } from './dialogue.ts'
import { FarClient } from './far-client.ts'
import { messageFrame } from './frames.ts'
import { identityOf, stationsOf, withoutPasswords } from './identity.ts'
import { createMasterLink } from './master-link.ts'
import type { MasterProgram } from './meeting-place.ts'
import type { Request, Said, Told, Want } from './messages.ts'

/** How long connections outlive a command, and what keeps them. */
export interface Keeping {
  /** After the last use; 0: none is kept, and what was kept of the hosts of this run is ended. */
  readonly seconds: number
  readonly program: MasterProgram
}

/** What is known in this run of hosts and of our keys. */
export interface Ground {
  recall(destination: Destination): Promise<Recorded>
  prepare(destination: Destination): Promise<Preparation>
}

/** A connection that another process has. */
interface KeptConnection extends Connection {
  /** By which others get through it. */
  readonly lease: string
}

/** Connections that outlive a run, or were there before it. */
export interface KeptConnections {
  /** One that was kept, where its host is still trusted, or a new one. Throws what `openConnection` and dialling throw. */
  reachKept(destination: Destination, signal: AbortSignal): Promise<Connection>
  /** Ends what is kept of it, and of the machines in between. */
  forget(destination: Destination): Promise<void>
}

/** A process that ends itself while a command knocks does not answer; the next one does. */
const mostKnocks = 5

/** Milliseconds for its first word: it may have to find out first whether a host is still there. */
const mostSilence = 20_000

/** The kept connections of one run. */
export function createKept({ seconds, program }: Keeping, ground: Ground): KeptConnections {
  const link = createMasterLink(program)
  const jumps = createJumps<KeptConnection>()

  const reach = async (
    destination: Destination,
    signal: AbortSignal,
    isPassage: boolean,
  ): Promise<KeptConnection> => {
    const want: Want = { ask: 'connection', key: identityOf(destination), seconds, isPassage }
    const { dialogue, path, first } = await ask(want)
    const abort = () => dialogue.socket.destroy()
    signal.addEventListener('abort', abort, { once: true })
    try {
      if (first.say === 'kept' && (await areTrusted(destination, first.hostKeys)))
        return lasting(new FarClient(dialogue, path, first.lease))
      return await anew(destination, signal, dialogue, path)
    } catch (error) {
      dialogue.socket.destroy()
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  const ask = async (want: Want) => {
    for (let knock = 0; knock < mostKnocks; knock++) {
      const { socket, path } = await link.connect()
      const dialogue = new Dialogue<Said, Told | Request>(socket)
      dialogue.say(want)
      const first = await within(mostSilence, dialogue.next())
      if (first) return { dialogue, path, first }
      const isSilent = !socket.destroyed
      socket.destroy()
      if (isSilent) break
    }
    throw gone()
  }

  const anew = async (
    destination: Destination,
    signal: AbortSignal,
    dialogue: Dialogue<Said, Told | Request>,
    path: string,
  ): Promise<KeptConnection> => {
    const { route } = destination
    const passage =
      route.is === 'jump'
        ? await jumps.use(route.through, (until) => reach(route.through, until, true))
        : undefined
    const release = () => passage?.release()
    try {
      // The host starts a server for us while we look what is known of it.
      dialogue.say({
        tell: 'dial',
        destination: withoutPasswords(destination),
        ...(passage ? { through: passage.connection.lease } : {}),
        within: { directory: process.cwd(), environment: route.is === 'command' ? { ...process.env } : {} },
      })
      const [prepared, dialled] = await Promise.allSettled([
        ground.prepare(destination),
        heard(dialogue, signal),
      ])
      if (dialled.status === 'rejected')
        throw prepared.status === 'rejected' ? prepared.reason : dialled.reason
      if (prepared.status === 'rejected') throw prepared.reason
      const { value: said } = dialled
      if (said.say === 'failed') throw new Failure(said.failure.code, said.failure.message, said.failure)
      const client = new FarClient(dialogue, path)
      const wire: Wire = {
        stream: dialogue.socket,
        said: () => client.proxySaid,
        close: () => dialogue.socket.destroy(),
      }
      const { openConnection } = await import('../connection.ts')
      await openConnection(destination, wire, prepared.value, signal, client)
      dialogue.say({ tell: 'keep' })
      return lasting(client, release)
    } catch (error) {
      release()
      throw error
    }
  }

  /** Are the keys that were seen when the connection was made those that known_hosts has today, on the whole way? */
  const areTrusted = async (destination: Destination, hostKeys: readonly string[]): Promise<boolean> => {
    const stations = stationsOf(destination)
    if (stations.length !== hostKeys.length) return false
    const verdicts = await Promise.all(
      stations.map(async (station, index) =>
        (await ground.recall(station)).judge(Buffer.from(hostKeys[index] ?? '', 'base64')),
      ),
    )
    return verdicts.every((verdict) => verdict === undefined)
  }

  return {
    reachKept: (destination, signal) => reach(destination, signal, false),
    async forget(destination) {
      for (const station of stationsOf(destination)) {
        const found = await link.connectIfThere()
        if (!found) return
        await hear(found.socket, { ask: 'forget', key: identityOf(station) })
      }
    },
  }
}

async function heard(dialogue: Dialogue<Said, Told | Request>, signal: AbortSignal): Promise<Said> {
  const abort = aborted(signal)
  try {
    const said = await Promise.race([dialogue.next(), abort.promise])
    if (said) return said
    throw gone()
  } finally {
    abort.release()
  }
}

/** The connection as others use it; to close it is to give it back. */
function lasting(client: FarClient, release = () => {}): KeptConnection {
  const end = watchEnd(client)
  return {
    client,
    lease: client.lease,
    lost: end.lost,
    close() {
      end.because('closed')
      client.end()
      release()
    },
  }
}

async function within<Value>(milliseconds: number, wait: Promise<Value>): Promise<Value | undefined> {
  let value: Value | undefined
  await atMost(
    milliseconds,
    wait.then((one) => {
      value = one
    }),
  )
  return value
}

/** Says one thing and waits until it was heard. */
function hear(socket: Socket, request: Request): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.resume()
    socket.end(messageFrame(request))
  })
}

function gone(): Failure {
  return new Failure('UNREACHABLE', 'the process that keeps connections has ended', {
    next: 'run the same command again',
  })
}
