import { JetStreamApiCodes, JetStreamApiError, JetStreamError } from '@nats-io/jetstream'
import {
  AuthorizationError,
  ClosedConnectionError,
  ConnectionError,
  DrainingConnectionError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node'
import { Failure } from '../model/failure.ts'

/**
 * What went wrong between us and the engine, as a user is told; what is none of that is a defect, and stays what it is. `isFirst`: it
 * never answered; afterwards, nobody there with JetStream is a site that is cut off.
 */
export function engineFailure(
  error: unknown,
  address: string,
  { isFirst = false, domain }: { readonly isFirst?: boolean; readonly domain?: string | undefined } = {},
): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error
  const chain = [...causes(error)]
  const has = (...kinds: readonly (new (...args: never[]) => Error)[]) =>
    chain.some((one) => kinds.some((kind) => one instanceof kind))
  if (has(AuthorizationError, UserAuthenticationExpiredError))
    return new Failure('AUTHENTICATION_FAILED', `the engine at ${address} refuses these credentials`, {
      next: 'name others with --credentials, or have this user or nkey added to the engine',
      cause: error,
    })
  if (has(PermissionViolationError))
    return new Failure(
      'AUTHENTICATION_FAILED',
      `the engine at ${address} does not let us: ${error.message}`,
      {
        next: 'give this user leave for it on the engine: docs/fleet.md has what each role needs',
        cause: error,
      },
    )
  if (isFirst && chain.some(isWithoutJetStream)) return noJetStream(address, domain, error)
  if (isFirst && has(TimeoutError))
    return new Failure('UNREACHABLE', `the engine at ${address} does not answer`, {
      next: 'see whether nats-server is what listens there, and runs. One that wants certificates of its clients (tls: verify), or TLS before it has said who it is (handshake_first), is not understood here: let clients come by nkeys',
      cause: error,
    })
  const full = chain.find(isFull)
  if (full)
    return new Failure('UNREACHABLE', `the engine at ${address} has no room left: ${full.message}`, {
      next: 'make room where it keeps what it is given (store_dir of jetstream {}), or let it keep more (max_file, limits of the account); retention: { gigabytes: 1 } in the file of the fleet has it need less. What workers did meanwhile is told once there is room',
      cause: error,
    })
  const isAway = chain.some((one) => isWithoutJetStream(one) || isElecting(one))
  if (
    isAway ||
    has(TimeoutError, NoRespondersError, RequestError, ClosedConnectionError, DrainingConnectionError)
  )
    return new Failure('UNREACHABLE', `the engine at ${address} does not answer`, {
      next: 'see whether it runs, and of several servers the most of them',
      cause: error,
    })
  if (chain.some(({ message }) => message.includes("does not support 'tls'")))
    return new Failure('UNREACHABLE', `the engine at ${address} speaks no TLS, and is to`, {
      next: 'have it speak TLS (tls {} in its configuration), or name it with nats:// and without --engine-ca',
      cause: error,
    })
  const distrusted = chain.find((one) => /certificate|altnames/i.test(`${one.message} ${codeOf(one)}`))
  if (isFirst && distrusted)
    return new Failure(
      'UNREACHABLE',
      `the engine at ${address} shows a certificate that is not trusted: ${distrusted.message}`,
      {
        next: 'name the certificates of who signs for it with --engine-ca, and the engine as its certificate does',
        cause: error,
      },
    )
  if (isNoStream(error))
    return new Failure('INVALID_INPUT', `the engine at ${address} has not all that the fleet needs`, {
      next: 'see what is missing: understudy fleet init --check; without --check it is made',
      cause: error,
    })
  if (error instanceof JetStreamApiError)
    return new Failure('INVALID_INPUT', `the engine at ${address} refuses: ${error.message}`, {
      next: 'see what its configuration lets this account have (jetstream { max_file … }, limits of the account); retention: { gigabytes: 1 } in the file of the fleet has it need less',
      cause: error,
    })
  // Whatever else keeps us from it the first time, as an answer that is none of NATS.
  if (isFirst || has(ConnectionError) || chain.some(isOfNetwork))
    return new Failure('UNREACHABLE', `no engine at ${address}: ${chain.at(-1)?.message}`, {
      next: 'see whether nats-server runs there, and whether --engine or engine: of the file of the fleet names it',
      cause: error,
    })
  return error
}

/**
 * Whether this is the engine not answering, rather than its refusing something. A stream that is not there although it was is one of servers
 * that are making it anew (seen with nats-server 2.9 for seconds), or that somebody has to make anew: both are waited for.
 */
export function isGone(error: unknown): boolean {
  const failure = engineFailure(error, '')
  if (!(failure instanceof Failure)) return false
  return failure.code === 'UNREACHABLE' || [...causes(failure)].some(isNoStream)
}

function noJetStream(address: string, domain: string | undefined, cause: Error): Failure {
  if (domain === undefined)
    return new Failure('INVALID_INPUT', `the engine at ${address} has no JetStream`, {
      next: 'switch it on: nats-server --jetstream, or jetstream {} in its configuration and account; through a leaf node, name the domain of its hub with --engine-domain',
      cause,
    })
  return new Failure(
    'INVALID_INPUT',
    `the engine at ${address} reaches no JetStream of the domain ${domain}`,
    {
      next: 'see whether jetstream { domain: … } of the hub says so, and whether the leaf node has its hub',
      cause,
    },
  )
}

function* causes(error: Error): Generator<Error> {
  let at: unknown = error
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    yield at
    at = at.cause
  }
}

/** Whether a stream, a bucket or an object store of that name is not there. */
export function isNoStream(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound
}

/** Whether there is no consumer of that name. */
export function isNoConsumer(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound
}

/** The library does not hand out its class for it. */
function isWithoutJetStream(error: Error): boolean {
  return error.name === 'JetStreamNotEnabled'
}

/** Its servers are about to agree who of them leads, or too few of them are there. */
function isElecting(error: Error): boolean {
  if (error instanceof JetStreamApiError) return error.status === 503 && !isTaken(error)
  return error instanceof JetStreamError
}

/** What nats-server says where a stream does not take a message: there is one of its subject, or no room (errors.json). */
const storeFailed = 10077
/** An account has all that it may have. */
const accountExceeded = 10002

/** Whether there is a message of that subject, and there may be one. */
export function isTaken(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === storeFailed && /per subject/.test(error.message)
}

function isFull(error: Error): boolean {
  if (!(error instanceof JetStreamApiError) || isTaken(error)) return false
  return (
    error.code === storeFailed ||
    error.code === accountExceeded ||
    /no space left on device|error creating store for consumer/.test(error.message)
  )
}

function isOfNetwork(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException
  return (
    code !== undefined &&
    /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|CERT_|ERR_TLS|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(
      code,
    )
  )
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}
