import { EventEmitter } from 'node:events'
import type { AnyAuthMethod, ConnectConfig } from 'ssh2'
import type { RemoteProgram, SshClient } from '../client.ts'
import type { Dialogue } from './dialogue.ts'
import { type FarChannel, openFarChannel } from './far-channel.ts'
import { errorOf, type Forward, type Question, type Said, type Start, type Told } from './messages.ts'
import type { Proving } from './proving.ts'

type Opened = (error: Error | undefined, channel: RemoteProgram) => void

/**
 * An ssh client whose connection another process has: what it is asked is asked there, and what that has to know of keys,
 * passwords and hosts it asks back. To whoever uses it, it is the library's own.
 */
export class FarClient extends EventEmitter implements SshClient {
  readonly #dialogue: Dialogue<Said, Told>
  readonly #path: string
  readonly #channels = new Set<FarChannel>()
  #lease: string
  #isOver = false
  #config: ConnectConfig = {}
  #proving: Promise<Proving> | undefined
  #proxySaid = ''

  /** `lease`: of a connection that was kept; a new one is told once it is made. */
  constructor(dialogue: Dialogue<Said, Told>, path: string, lease = '') {
    super()
    this.#dialogue = dialogue
    this.#path = path
    this.#lease = lease
    dialogue.listen((said) => this.#take(said))
    const gone = () => this.#over(new Error('the process that keeps the connection has ended'))
    if (dialogue.socket.destroyed) process.nextTick(gone)
    else dialogue.socket.once('close', gone)
  }

  /** What a ProxyCommand has said on standard error, as far as it was told. */
  get proxySaid(): string {
    return this.#proxySaid
  }

  /** What others need to get through to machines behind it. */
  get lease(): string {
    return this.#lease
  }

  connect(config: ConnectConfig): this {
    this.#config = config
    // Where a connection was kept there is nothing to prove, and no need of the ssh library.
    this.#proving = import('./proving.ts').then(({ Proving }) => new Proving())
    const { username = '', algorithms = {} } = config
    this.#dialogue.say({ tell: 'shake', user: username, algorithms })
    return this
  }

  exec(command: string, opened: Opened): this {
    return this.#open({ ask: 'program', lease: this.#lease, command }, opened)
  }

  forwardOut(_from: string, _fromPort: number, address: string, port: number, opened: Opened): this {
    return this.#open({ ask: 'forward', lease: this.#lease, address, port }, opened)
  }

  /** What was written goes on to the host first. */
  end(): this {
    this.#isOver = true
    for (const one of this.#channels) one.leave()
    // Told, and not only seen by the end of the socket: whoever comes right behind is to find the connection free.
    this.#dialogue.say({ tell: 'leave' })
    this.#dialogue.socket.end()
    this.#dialogue.socket.unref()
    return this
  }

  destroy(): this {
    this.end()
    this.#dialogue.socket.destroy()
    return this
  }

  #open(request: Start | Forward, opened: Opened): this {
    openFarChannel(this.#path, request).then(
      (channel) => {
        this.#channels.add(channel)
        channel.once('close', () => this.#channels.delete(channel))
        opened(undefined, channel)
      },
      (error) => opened(error, undefined as never),
    )
    return this
  }

  #take(said: Said): void {
    switch (said.say) {
      case 'handshake':
        return void this.emit('handshake')
      case 'ready':
        this.#lease = said.lease
        this.#config = {}
        this.#proving = undefined
        return void this.emit('ready')
      case 'error':
        this.#proxySaid = said.error.proxySaid ?? this.#proxySaid
        return void this.emit('error', errorOf(said.error))
      case 'closed':
        this.#proxySaid = said.proxySaid
        this.#over()
        return
      case 'is-it-the-host':
      case 'how-to-log-in':
      case 'which-keys':
      case 'sign':
      case 'answer-prompts':
        return void this.#answer(said)
    }
  }

  async #answer(question: Question): Promise<void> {
    const { hostVerifier, authHandler } = this.#config
    if (question.say === 'is-it-the-host') {
      const verify = hostVerifier as ((key: Buffer) => boolean) | undefined
      return this.#dialogue.say({
        tell: 'answer',
        accepted: verify?.(Buffer.from(question.key, 'base64')) === true,
      })
    }
    if (question.say === 'how-to-log-in') {
      const next = authHandler as (
        left: readonly string[] | null,
        isPartial: boolean,
        next: (method: AnyAuthMethod | false) => void,
      ) => void
      const method = await new Promise<AnyAuthMethod | false>((resolve) =>
        next(question.left, false, resolve),
      )
      return this.#dialogue.say({ tell: 'answer', method: (await this.#proving)?.by(method) ?? 'none' })
    }
    this.#dialogue.say(
      (await (await this.#proving)?.answer(question)) ?? { tell: 'answer', error: 'nobody is being let in' },
    )
  }

  #over(error?: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    if (error) this.emit('error', error)
    this.emit('close')
  }
}
