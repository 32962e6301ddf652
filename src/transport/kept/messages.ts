import type { FailureCode } from '../../model/failure.ts'
import type { Destination } from '../destination.ts'
import type { Surroundings } from '../wire.ts'

/** The first word on a socket, which says what the socket is for. Both sides are of one build: nothing is checked again. */
export type Request = Want | Start | Forward | Forget

/** A connection, for as long as the socket is open. */
export interface Want {
  readonly ask: 'connection'
  /** Of whoever must be the same for a kept one to be taken. */
  readonly key: string
  /** How long it is kept after this use. */
  readonly seconds: number
  /** Only to get through to others behind it: several may do that at once. */
  readonly isPassage: boolean
}

/** A program over a connection. */
export interface Start {
  readonly ask: 'program'
  readonly lease: string
  readonly command: string
}

/** A TCP connection from the host. */
export interface Forward {
  readonly ask: 'forward'
  readonly lease: string
  readonly address: string
  readonly port: number
}

/** Nobody is to get these any more. */
export interface Forget {
  readonly ask: 'forget'
  readonly key: string
}

/** What a command says on the socket of a connection afterwards. */
export type Told = Dial | Shake | Answer | { readonly tell: 'keep' } | { readonly tell: 'leave' }

/** The kept one was none, or is not trusted any more: a new one is to be dialled. */
export interface Dial {
  readonly tell: 'dial'
  /** Without a password: that is asked for when a host asks for one. */
  readonly destination: Destination
  /** The lease of the machine in between. */
  readonly through?: string
  /** What a ProxyCommand is run with. */
  readonly within: Surroundings
}

/** Speak ssh over what was dialled. */
export interface Shake {
  readonly tell: 'shake'
  readonly user: string
  readonly algorithms: object
}

/** To whatever was asked last. */
export interface Answer {
  readonly tell: 'answer'
  readonly accepted?: boolean
  readonly method?: Method
  /** Public keys, as `type base64`. */
  readonly keys?: readonly string[]
  /** base64. */
  readonly signature?: string
  readonly texts?: readonly string[]
  readonly error?: string
}

/** A way to be let in; a key stays with the command, which signs. */
export type Method = 'none' | 'key' | 'prompts' | { readonly password: string }

/** What the process that keeps connections says on such a socket. */
export type Said =
  | { readonly say: 'kept'; readonly lease: string; readonly hostKeys: readonly string[] }
  | { readonly say: 'none' }
  | { readonly say: 'dialled' }
  | { readonly say: 'failed'; readonly failure: ToldFailure }
  | Question
  | { readonly say: 'handshake' }
  | { readonly say: 'ready'; readonly lease: string }
  | { readonly say: 'error'; readonly error: ToldError }
  | { readonly say: 'closed'; readonly proxySaid: string }

/** What only the command can answer. */
export type Question =
  | { readonly say: 'is-it-the-host'; readonly key: string }
  | { readonly say: 'how-to-log-in'; readonly left: readonly string[] | null }
  | { readonly say: 'which-keys' }
  | { readonly say: 'sign'; readonly key: string; readonly data: string; readonly hash?: string | undefined }
  | { readonly say: 'answer-prompts'; readonly prompts: readonly string[] }

/** A failure on its way to whoever shows it. */
export interface ToldFailure {
  readonly code: FailureCode
  readonly message: string
  readonly next?: string | undefined
  readonly output?: string | undefined
}

/** An error of the network or of the ssh library. */
export interface ToldError {
  readonly message: string
  readonly level?: string | undefined
  readonly code?: string | undefined
  /** The number by which a host refuses a channel. */
  readonly reason?: number | undefined
  readonly proxySaid?: string | undefined
}

/** What is said on the socket of a program or of a TCP connection. */
export type ChannelSaid =
  | { readonly say: 'open' }
  | { readonly say: 'refused'; readonly error: ToldError }
  | { readonly say: 'exit'; readonly status: number | null; readonly signal?: string | undefined }

/** The same as an error, with whatever marks the ssh library gave it. */
export function errorOf({ message, level, code, reason }: ToldError): Error {
  const marks = { level, code, reason }
  const known = Object.entries(marks).filter(([, value]) => value !== undefined)
  return Object.assign(new Error(message), Object.fromEntries(known))
}

/** An error on its way. */
export function toldError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { message: String(error) }
  const { message, level, code, reason } = error as Error & {
    level?: string
    code?: string
    reason?: number
  }
  return {
    message,
    level,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof reason === 'number' ? { reason } : {}),
  }
}
