import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fromSeed } from '@nats-io/nkeys'
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node'
import { inboxOf } from '../fleet/accounts.ts'
import { Failure } from '../model/failure.ts'

/** As whom we come to an engine. */
export interface Credentials {
  /** Its addresses; a user and password, or a token, may stand in one of them, and is for all. */
  readonly servers: readonly string[]
  /** A file with credentials of NATS (`.creds`) or the seed of an nkey. */
  readonly credentials?: string | undefined
}

/** How we say who we are, and where answers come to us: with an nkey, where nobody else may listen. */
export function authenticationOf({ servers, credentials }: Credentials): {
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
  const named = servers.map((server) => new URL(server)).find(({ username }) => username !== '')
  if (!named) return {}
  const { username, password } = named
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  return {
    authenticator: secret === '' ? tokenAuthenticator(user) : usernamePasswordAuthenticator(user, secret),
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

/** Throws INVALID_INPUT where a file has no certificates: the library would go on without them. */
export function refuseNoCertificates(path: string): void {
  try {
    new X509Certificate(readFileSync(path))
  } catch (cause) {
    throw new Failure('INVALID_INPUT', `${path} has no certificates: ${(cause as Error).message}`, {
      next: 'name with --engine-ca the file with the certificates (PEM) of who signs for the engine',
      cause,
    })
  }
}
