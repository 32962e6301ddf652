import { readFileSync } from 'node:fs'
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { fromSeed } from '@nats-io/nkeys'
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node'
import { inboxOf } from '../fleet/accounts.ts'
import { Failure } from '../model/failure.ts'
import { engineFailure } from './failures.ts'

/** Where the engine is, and as whom we come. */
export interface EngineOptions {
  /** `nats://HOST:PORT`; several servers are one engine. A user and password may stand in it. */
  readonly servers: readonly string[]
  /** A file with credentials of NATS (`.creds`) or the seed of an nkey. */
  readonly credentials?: string | undefined
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
}

/** The oldest server that is known to have what a fleet needs. */
const oldest = [2, 9] as const

/**
 * Connects to the engine, and goes on seeking it whenever it is lost. Throws UNREACHABLE, AUTHENTICATION_FAILED, or INVALID_INPUT where
 * it has no JetStream or credentials cannot be read.
 */
export async function connectEngine(options: EngineOptions): Promise<Engine> {
  const { servers, authority, domain, name, timeout = 5000 } = options
  const asked = { timeout, ...(domain === undefined ? {} : { domain }) }
  const address = servers.map(withoutPassword).join(', ')
  const { authenticator, inbox } = authenticationOf(options)
  let connection: NatsConnection
  try {
    connection = await connect({
      servers: servers.map(withoutUser),
      name,
      timeout,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      // A split network closes nothing: who does not answer twice is lost.
      pingInterval: 5000,
      maxPingOut: 2,
      ignoreAuthErrorAbort: true,
      ...(authenticator ? { authenticator } : {}),
      ...(inbox === undefined ? {} : { inboxPrefix: inbox }),
      ...(authority === undefined ? {} : { tls: { caFile: authority } }),
    })
  } catch (error) {
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
    return {
      connection,
      manager,
      stream: jetstream(connection, asked),
      address,
      reachable: () => there,
      // What is still to be sent is sent; an engine that is gone is not waited for.
      [Symbol.asyncDispose]: () =>
        there ? connection.drain().catch(() => connection.close()) : connection.close(),
    }
  } catch (error) {
    await connection.close()
    throw engineFailure(error, address, { isFirst: true })
  }
}

function refuseOld({ info }: NatsConnection, address: string): void {
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new Failure('INVALID_INPUT', `the engine at ${address} is nats-server ${info?.version}: too old`, {
    next: `let it be ${oldest.join('.')} or newer: Debian 12 has one`,
  })
}

/** How we say who we are, and where answers come to us: with an nkey, where nobody else may listen. */
function authenticationOf({ servers, credentials }: EngineOptions): {
  readonly authenticator?: Authenticator
  readonly inbox?: string
} {
  if (credentials !== undefined) {
    const text = readCredentials(credentials)
    if (text.includes('BEGIN NATS USER JWT')) return { authenticator: credsAuthenticator(Buffer.from(text)) }
    const [seed] = /^SU[A-Z2-7]{56}$/m.exec(text) ?? []
    const key = seed === undefined ? undefined : keyOf(seed)
    if (seed !== undefined && key !== undefined)
      return { authenticator: nkeyAuthenticator(Buffer.from(seed)), inbox: inboxOf(key) }
    throw new Failure(
      'INVALID_INPUT',
      `${credentials} has neither credentials of NATS nor the seed of an nkey`,
      {
        next: 'name a .creds file, or one with a seed that begins with SU: understudy fleet key makes one',
      },
    )
  }
  const { username, password } = new URL(servers[0] ?? 'nats://')
  return username === ''
    ? {}
    : {
        authenticator: usernamePasswordAuthenticator(
          decodeURIComponent(username),
          decodeURIComponent(password),
        ),
      }
}

/** The public half; nothing where its checksum is wrong. */
function keyOf(seed: string): string | undefined {
  try {
    return fromSeed(Buffer.from(seed)).getPublicKey()
  } catch {
    return undefined
  }
}

function readCredentials(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Failure(
      'INVALID_INPUT',
      `the credentials ${path} cannot be read: ${(cause as Error).message}`,
      {
        next: 'name the file with the credentials for the engine',
        cause,
      },
    )
  }
}

function withoutUser(server: string): string {
  const url = new URL(server)
  url.username = ''
  url.password = ''
  return url.href
}

function withoutPassword(server: string): string {
  const url = new URL(server)
  url.password = ''
  return url.href.replace(/\/$/, '')
}
