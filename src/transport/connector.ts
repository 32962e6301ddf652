import { userInfo } from 'node:os'
import { Failure } from '../model/failure.ts'
import type { Become, Host } from '../model/host.ts'
import type { HoldingSession } from '../model/session.ts'
import { aborted } from './channel.ts'
import type { Connection, Preparation } from './connection.ts'
import { type Destination, type DestinationDefaults, resolveDestination } from './destination.ts'
import { dialFromHere, dialFromHost } from './dialling.ts'
import { createGate } from './gate.ts'
import { createHostKeys } from './host-keys.ts'
import type { KeyRing } from './identities.ts'
import { createJumps } from './jumps.ts'
import type { Keeping, KeptConnections } from './kept/reaching.ts'
import { openLocalChannel } from './local.ts'
import { ChannelSession, interrupted } from './session.ts'
import { openSshChannel } from './ssh-channel.ts'
import { createSshConfig } from './ssh-config.ts'
import { dialDirectly, dialThroughCommand, dialThroughJump, type Wire } from './wire.ts'

/** How a run connects to its hosts. */
export interface ConnectOptions extends DestinationDefaults {
  /** Read instead of `~/.ssh/config` and `/etc/ssh/ssh_config`, as with `ssh -F`; `none` reads nothing. */
  readonly sshConfigFile?: string
  /** `accept-new` records the key of a host that is seen for the first time; a changed key is always refused. */
  readonly hostKeys: 'strict' | 'accept-new'
  /** For the network, for each answer of ssh, and for sudo. */
  readonly timeoutSeconds: number
  /** Who works on the hosts and why, for their journals. */
  readonly deed?: string
  /** Asks the user for the passphrase of a key. */
  readonly askSecret: (prompt: string) => Promise<string>
  /** Overrides what the hosts say themselves. */
  readonly become?: Become
  /** For every host that has none of its own. */
  readonly becomePassword?: string
  /** Whether connections outlive this run. */
  readonly keeping?: Keeping
}

/** Makes sessions; what its hosts have in common (files, passphrases, machines in between) is met once. */
export interface Connector {
  /**
   * Throws `Failure` UNREACHABLE, HOST_KEY_REFUSED, AUTHENTICATION_FAILED, INVALID_INPUT, or INTERRUPTED on
   * abort.
   */
  connect(host: Host, signal: AbortSignal): Promise<HoldingSession>
}

/** Beyond this many at once, handshakes only get in each other's way. */
const handshakesAtOnce = 20

/** A connector for one run. */
export function createConnector(options: ConnectOptions): Connector {
  const config = createSshConfig()
  const hostKeys = createHostKeys()
  const gate = createGate(handshakesAtOnce)
  const jumps = createJumps()
  let keyRing: Promise<KeyRing> | undefined
  let kept: Promise<KeptConnections> | undefined

  const reach = async (destination: Destination, signal: AbortSignal): Promise<Connection> => {
    const { keeping } = options
    if (!keeping) return reachAlone(destination, signal)
    kept ??= import('./kept/reaching.ts').then(({ createKept }) =>
      createKept(keeping, { recall: hostKeys.recall, prepare }),
    )
    const { forget, reachKept } = await kept
    if (keeping.seconds > 0) return reachKept(destination, signal)
    await forget(destination)
    return reachAlone(destination, signal)
  }

  const reachAlone = async (destination: Destination, signal: AbortSignal): Promise<Connection> => {
    // The host starts a server for us while we look what is known of it.
    const [prepared, dialled] = await Promise.allSettled([prepare(destination), dial(destination, signal)])
    if (dialled.status === 'rejected') throw prepared.status === 'rejected' ? prepared.reason : dialled.reason
    const { wire, release } = dialled.value
    try {
      if (prepared.status === 'rejected') {
        wire.close()
        throw prepared.reason
      }
      const { openConnection } = await import('./connection.ts')
      const connection = await openConnection(destination, wire, prepared.value, signal)
      const close = () => {
        connection.close()
        release()
      }
      return { ...connection, close }
    } catch (error) {
      release()
      throw error
    }
  }

  const prepare = async (destination: Destination): Promise<Preparation> => {
    // With it comes the ssh library, which takes a while: the host is dialled meanwhile, and a kept connection needs none.
    keyRing ??= import('./identities.ts').then(({ createKeyRing }) => createKeyRing(options.askSecret))
    return {
      recorded: await hostKeys.recall(destination),
      credentials: await (await keyRing).credentials(destination.identities),
      remember: (key) => hostKeys.remember(destination, key),
    }
  }

  const dial = async (
    destination: Destination,
    signal: AbortSignal,
  ): Promise<{ readonly wire: Wire; release(): void }> => {
    const { route } = destination
    const nothing = () => undefined
    if (route.is === 'direct') return { wire: await dialDirectly(destination, signal), release: nothing }
    if (route.is === 'command') return { wire: dialThroughCommand(route.command), release: nothing }
    const { connection, release } = await jumps.use(route.through, (until) =>
      reachAlone(route.through, until),
    )
    try {
      return { wire: await dialThroughJump(connection.client, destination), release }
    } catch (error) {
      release()
      throw error
    }
  }

  const connectSsh = async (host: Host, signal: AbortSignal): Promise<HoldingSession> => {
    const destination = await resolveDestination(host, options, config)
    const abort = aborted(signal)
    const leave = await gate.enter(signal).catch((reason) => {
      abort.release()
      throw reason
    })
    const reaching = reach(destination, signal)
    try {
      const connection = await Promise.race([reaching, abort.promise])
      return new ChannelSession({
        host,
        login: destination.user,
        become: becomeFor(host, options),
        timeoutSeconds: destination.timeoutSeconds,
        deed: options.deed,
        open: (command, until) => openSshChannel(connection, command, until),
        dial: (endpoint, until) => dialFromHost(connection, endpoint, until),
        lost: connection.lost,
        close: connection.close,
      })
    } catch (error) {
      reaching.then(
        (connection) => connection.close(),
        () => undefined,
      )
      throw error
    } finally {
      abort.release()
      leave()
    }
  }

  return {
    async connect(host, signal) {
      try {
        signal.throwIfAborted()
        return host.connection === 'local' ? localSession(host, options) : await connectSsh(host, signal)
      } catch (error) {
        if (signal.aborted) throw interrupted(host)
        if (!(error instanceof Failure)) throw error
        throw located(error, host)
      }
    },
  }
}

function localSession(host: Host, options: ConnectOptions): HoldingSession {
  return new ChannelSession({
    host,
    login: userInfo().username,
    become: becomeFor(host, options),
    timeoutSeconds: options.timeoutSeconds,
    deed: options.deed,
    open: openLocalChannel,
    dial: dialFromHere,
    lost: () => undefined,
    close: () => undefined,
  })
}

function becomeFor(host: Host, options: ConnectOptions): Become | undefined {
  const become = options.become ?? host.become
  const password = become?.password ?? host.become?.password ?? options.becomePassword
  return become && { ...become, ...(password === undefined ? {} : { password }) }
}

function located(failure: Failure, host: Host): Failure {
  return new Failure(failure.code, failure.message, {
    ...failure,
    where: { ...failure.where, host: host.name },
    cause: failure.cause,
  })
}
