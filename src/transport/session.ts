import { randomBytes } from 'node:crypto'
import { Failure } from '../model/failure.ts'
import type { HoldOutcome, HoldRequest } from '../model/holder.ts'
import type { Become, Host } from '../model/host.ts'
import type { Program, Script } from '../model/script.ts'
import type { ByteStream, Endpoint, Frame, HoldingSession } from '../model/session.ts'
import { sh } from '../shell/quote.ts'
import { untilReady } from './become.ts'
import { aborted, atMost, type Channel, type OpenChannel } from './channel.ts'
import { patience, tooLate } from './deadlines.ts'
import { type Keeper, startKeeper } from './holding.ts'
import { beginLine, launchCommand, type Purpose, promptMark, readStored } from './launcher.ts'
import { runProgram } from './running.ts'

/** What a session stands on: one open connection, or this computer. */
export interface Line {
  readonly host: Host
  readonly login: string
  readonly become: Become | undefined
  readonly timeoutSeconds: number
  readonly deed: string | undefined
  readonly open: OpenChannel
  /** Opens a TCP connection from there; the caller destroys it. */
  readonly dial: (endpoint: Endpoint, signal: AbortSignal) => Promise<ByteStream>
  /** Why the connection was lost, once it is. */
  lost(): string | undefined
  close(): void
}

/** A session whose programs are channels of one connection. */
export class ChannelSession implements HoldingSession {
  trips = 0
  #run: string | undefined
  /** The lock was another run's, of which something may still be under way: until a program of ours has come to its end. */
  #tookOver = false
  #keeper: Keeper | undefined
  /** The run of which nothing is left to do, which the keeper is to note with its last word. */
  #over: string | undefined
  /** What was sent along with the request for the lock, until somebody runs it. */
  #ahead: { readonly program: Program; readonly channel: Channel } | undefined
  readonly #line: Line
  readonly #uploads: string[] = []

  constructor(line: Line) {
    this.#line = line
  }

  async *run(program: Program, signal: AbortSignal = new AbortController().signal): AsyncGenerator<Frame> {
    try {
      this.trips += 1
      const ahead = this.#ahead?.program === program ? this.#ahead.channel : undefined
      if (!ahead) this.#ahead?.channel.close()
      this.#ahead = undefined
      const channel = ahead ?? (await this.#start('program', signal)).channel
      const { timeoutSeconds, deed } = this.#line
      const [run, lost, isSent] = [this.#run, () => this.#line.lost(), ahead !== undefined]
      const tookOver = this.#tookOver
      yield* runProgram(channel, program, { signal, timeoutSeconds, deed, run, tookOver, isSent, lost })
      this.#tookOver = false
    } catch (cause) {
      throw this.#failure(cause, signal)
    }
  }

  async hold(request: HoldRequest, signal: AbortSignal): Promise<HoldOutcome> {
    // Whatever comes of it: from now on nothing is changed that is another run's.
    this.#run = request.deed.run
    try {
      const { channel } = await this.#start('program', signal)
      const held = await startKeeper(channel, request, this.#line.timeoutSeconds, signal)
      const { outcome, keeper, beside } = held
      const { ahead: program } = request
      this.#keeper = keeper
      if (outcome.is === 'held' && outcome.before) this.#tookOver = true
      this.#ahead = program && beside ? { program, channel: beside } : undefined
      return outcome
    } catch (cause) {
      throw this.#failure(cause, signal)
    }
  }

  noteOver(run: string): boolean {
    if (!this.#keeper) return false
    this.#over = run
    return true
  }

  async giveBack(): Promise<void> {
    const [keeper, over] = [this.#keeper, this.#over]
    this.#keeper = undefined
    this.#over = undefined
    this.#ahead = undefined
    if (this.#line.lost() === undefined) await keeper?.release(over)
    else keeper?.abandon()
  }

  async upload(content: Uint8Array, signal: AbortSignal = new AbortController().signal): Promise<string> {
    const abort = aborted(signal)
    const late = tooLate('an upload to be stored', this.#line.timeoutSeconds * patience.change)
    try {
      this.trips += 1
      const { channel, nonce } = await this.#start('upload', signal)
      channel.stdin.end(content)
      let printed = ''
      channel.stdout.on('data', (text: string) => {
        printed = (printed + text).slice(-4096)
      })
      channel.stdout.resume()
      const ending = await Promise.race([channel.ended, late.promise, abort.promise]).finally(() =>
        channel.close(),
      )
      const stored = readStored(printed, nonce)
      if (stored) this.#uploads.push(stored.path)
      if (stored?.size === content.length) return stored.path
      const cut = ending.status === undefined && ending.signal === undefined
      throw new Failure(
        cut ? 'CONNECTION_LOST' : 'STEP_FAILED',
        cut ? 'the connection was cut during an upload' : 'an upload could not be stored on the host',
        { output: channel.said(), next: cut ? 'run the same command again' : 'check the space in /var/tmp' },
      )
    } catch (cause) {
      throw this.#failure(cause, signal)
    } finally {
      abort.release()
      late.clear()
    }
  }

  async converse(script: Script): Promise<ByteStream> {
    const until = new AbortController().signal
    const channel = await this.#line.open(launchCommand('program', undefined, ''), until).catch((cause) => {
      throw this.#failure(cause, until)
    })
    // The shell reads no further than this line before the program takes its place.
    channel.stdin.write(`${script}\n`)
    return {
      write: (text) => channel.stdin.write(text),
      destroy: () => channel.close(),
      [Symbol.asyncIterator]: () => channel.stdout[Symbol.asyncIterator](),
    }
  }

  async dial(endpoint: Endpoint, signal: AbortSignal): Promise<ByteStream> {
    const dialled = this.#line.dial(endpoint, signal)
    const abort = aborted(signal)
    try {
      return await Promise.race([dialled, abort.promise])
    } catch (error) {
      dialled.then(
        (stream) => stream.destroy(),
        () => undefined,
      )
      throw error
    } finally {
      abort.release()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#uploads.length > 0 && this.#line.lost() === undefined)
      await atMost(
        5000,
        this.#removeUploads().catch(() => undefined),
      )
    await this.giveBack()
    this.#line.close()
  }

  async #removeUploads(): Promise<void> {
    const { channel } = await this.#start('program', AbortSignal.timeout(5000))
    channel.stdout.resume()
    channel.stdin.end(sh`rm -f ${this.#uploads}; exit`)
    await channel.ended
  }

  /** A channel that has become the right user and is ready for input. */
  async #start(purpose: Purpose, signal: AbortSignal): Promise<{ channel: Channel; nonce: string }> {
    signal.throwIfAborted()
    const { become, login, timeoutSeconds } = this.#line
    const nonce = randomBytes(12).toString('hex')
    const channel = await this.#open(launchCommand(purpose, become, nonce), signal)
    if (!become) return { channel, nonce }
    await untilReady(channel, { become, login, nonce, timeoutSeconds }, signal)
    channel.stdin.write(beginLine(nonce))
    const said = () => channel.said().replaceAll(promptMark(nonce), '')
    return { channel: { ...channel, said }, nonce }
  }

  /** A channel, unless the host lets us wait for it. */
  async #open(command: string, signal: AbortSignal): Promise<Channel> {
    const { open, timeoutSeconds } = this.#line
    const late = tooLate('a shell to start', timeoutSeconds * patience.question)
    const giveUp = new AbortController()
    try {
      return await Promise.race([open(command, AbortSignal.any([signal, giveUp.signal])), late.promise])
    } catch (cause) {
      if (!(cause instanceof Failure) || !this.#keeper || this.#line.lost() !== undefined) throw cause
      throw new Failure(cause.code, cause.message, {
        cause,
        next: 'sshd there must allow two sessions over one connection (MaxSessions): one of them keeps the lock',
      })
    } finally {
      giveUp.abort()
      late.clear()
    }
  }

  #failure(cause: unknown, signal: AbortSignal): unknown {
    const where = { host: this.#line.host.name }
    if (signal.aborted) return interrupted(this.#line.host)
    if (!(cause instanceof Failure)) return cause
    return new Failure(cause.code, cause.message, {
      ...cause,
      where: { ...cause.where, ...where },
      cause: cause.cause,
    })
  }
}

/** What an abort looks like to whoever waits. */
export function interrupted(host: Host): Failure {
  return new Failure('INTERRUPTED', 'interrupted', { where: { host: host.name } })
}
