import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { engineAddress, shownAddress } from '../fleet/address.ts'
import { Failure } from '../model/failure.ts'
import { forAtMost, OpenQuestions } from './closing.ts'
import { authenticationOf, type Credentials, refuseNoCertificates } from './credentials.ts'
import { engineFailure } from './failures.ts'
import { OwnSockets } from './sockets.ts'

/** Where the engine is, and as whom we come. */
export interface EngineOptions extends Credentials {
  /** `nats://HOST:PORT`, or `tls://` where it has to speak TLS; several servers are one engine. */
  readonly servers: readonly string[]
  /** A file with the certificates of who signs for the engine, where it speaks TLS. */
  readonly authority?: string | undefined
  /** The domain of its JetStream, for who comes through a leaf node. */
  readonly domain?: string | undefined
  /** Who we are, as the engine shows it. */
  readonly name: string
  /** Milliseconds for it to answer; 5000 where it is not said. */
  readonly timeout?: number
}

/** A connection to the engine. */
export interface Engine extends AsyncDisposable {
  readonly connection: NatsConnection
  readonly stream: JetStreamClient
  readonly manager: JetStreamManager
  /** How it is called in messages. */
  readonly address: string
  /** Whether it answers right now: a connection that was lost is sought again, without end. */
  readonly reachable: () => boolean
  /** Counts a question that is more than one message: whoever closes the connection waits until it is answered. */
  readonly asking: <Answer>(question: Promise<Answer>) => Promise<Answer>
}

/** The oldest server that is known to have what a fleet needs. */
const oldest = [2, 9] as const

/**
 * Connects to the engine, and goes on seeking it whenever it is lost. Throws UNREACHABLE, AUTHENTICATION_FAILED, or INVALID_INPUT where
 * an address is none, it has no JetStream or credentials cannot be read.
 */
export async function connectEngine(options: EngineOptions): Promise<Engine> {
  const { servers, authority, domain, name, timeout = 5000 } = options
  for (const server of servers) refuseWrong(server)
  if (authority !== undefined) refuseNoCertificates(authority)
  const asked = { timeout, ...(domain === undefined ? {} : { domain }) }
  const address = servers.map(shownAddress).join(', ')
  const { authenticator, inbox } = authenticationOf(options)
  const mustSpeakTls = authority !== undefined || servers.some((server) => server.startsWith('tls:'))
  const sockets = new OwnSockets()
  const tls = {
    ...(authority === undefined ? {} : { caFile: authority }),
    // The library names no server that stands as an address, and Node then holds the certificate to "localhost".
    checkServerIdentity: (host: string, certificate: PeerCertificate) =>
      checkServerIdentity(host === 'localhost' && !isLocal(servers) ? sockets.address : host, certificate),
  }
  let connection: NatsConnection
  try {
    const options = {
      servers: servers.map(withoutUser),
      name,
      timeout,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      // A split network closes nothing: who does not answer twice is lost.
      pingInterval: 5000,
      maxPingOut: 2,
      ignoreAuthErrorAbort: true,
      // What servers tell of one another are addresses of their own networks; and with them a first connection that is refused never ends.
      ignoreClusterUpdates: true,
      ...(authenticator ? { authenticator } : {}),
      ...(inbox === undefined ? {} : { inboxPrefix: inbox }),
      ...(mustSpeakTls ? { tls } : {}),
    }
    connection = await sockets.within(() => connect(options))
  } catch (error) {
    sockets.close()
    throw engineFailure(error, address, { isFirst: true })
  }
  let there = true
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') there = false
      if (type === 'reconnect') there = true
    }
  })()
  try {
    refuseOld(connection, address)
    const manager = await jetstreamManager(connection, asked)
    const questions = new OpenQuestions()
    return {
      connection,
      manager,
      stream: jetstream(connection, asked),
      address,
      reachable: () => there,
      asking: (question) => questions.count(question),
      // What is still to be sent is sent; an engine that is gone, or says nothing any more, is not waited for. Neither is a consumer let begin
      // while the connection closes: the library keeps the timer of one that cannot listen any more, and no program ends that has one
      // (jetstream 3.4, `PushConsumerMessagesImpl.start`). So it is not drained, either: that lets nobody listen while it goes on.
      [Symbol.asyncDispose]: async () => {
        if (there) await forAtMost(timeout, questions.answered())
        if (there) await forAtMost(timeout, connection.flush())
        await forAtMost(timeout, connection.close())
        sockets.close()
      },
    }
  } catch (error) {
    await connection.close()
    sockets.close()
    throw engineFailure(error, address, { isFirst: true, domain })
  }
}

function isLocal(servers: readonly string[]): boolean {
  return servers.some((server) => new URL(server).hostname === 'localhost')
}

function refuseWrong(server: string): void {
  const read = engineAddress.safeParse(server)
  if (read.success) return
  throw new Failure('INVALID_INPUT', `"${shownAddress(server)}" is no address of an engine`, {
    next: `${read.error.issues[0]?.message}; it stands in --engine, $UNDERSTUDY_ENGINE, or as engine: in the file of the fleet`,
  })
}

function refuseOld({ info }: NatsConnection, address: string): void {
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new Failure('INVALID_INPUT', `the engine at ${address} is nats-server ${info?.version}: too old`, {
    next: `let it be ${oldest.join('.')} or newer: Debian 12 has one`,
  })
}

function withoutUser(server: string): string {
  const url = new URL(server)
  url.username = ''
  url.password = ''
  return url.href
}
