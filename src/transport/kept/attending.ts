import type { Socket } from 'node:net'
import { type AnyAuthMethod, Client, type ConnectConfig } from 'ssh2'
import { Failure } from '../../model/failure.ts'
import { closedEarly, keepalive } from '../connection.ts'
import { dialDirectly, dialThroughCommand, dialThroughJump, type Wire } from '../wire.ts'
import { AskingAgent } from './asking-agent.ts'
import { type Frame, messageFrame, messageOf } from './frames.ts'
import { answers, type Kept, type KeptTable, type Lease } from './kept-table.ts'
import {
  type Answer,
  type Dial,
  type Question,
  type Said,
  type Shake,
  type Told,
  toldError,
  type Want,
} from './messages.ts'

/** One command's use of one connection, from its wish until it leaves: its socket is open for as long. */
export class Attendance {
  readonly #socket: Socket
  readonly #want: Want
  readonly #table: KeptTable
  readonly #gone = new AbortController()
  readonly #asked: ((answer: Answer) => void)[] = []
  #lease: Lease | undefined
  /** The machine in between, and what is being made through it. */
  #through: Kept | undefined
  #wire: Wire | undefined
  #client: Client | undefined
  #hostKey: string | undefined

  constructor(socket: Socket, want: Want, table: KeptTable) {
    this.#socket = socket
    this.#want = want
    this.#table = table
    socket.once('close', () => this.#leave())
    void this.#begin()
  }

  take(one: Frame): void {
    const told = messageOf<Told>(one)
    if (told.tell === 'answer') this.#asked.shift()?.(told)
    else if (told.tell === 'dial') void this.#dial(told)
    else if (told.tell === 'shake') this.#shake(told)
    else if (told.tell === 'leave') this.#leave()
    else if (this.#lease) this.#table.keep(this.#lease.kept)
  }

  async #begin(): Promise<void> {
    const { key, seconds, isPassage } = this.#want
    const lease = this.#table.lease(key, seconds, isPassage)
    if (!lease) return this.#say({ say: 'none' })
    this.#lease = lease
    const isThere = await answers(lease.kept)
    if (this.#gone.signal.aborted) return
    if (!isThere) {
      this.#drop(lease)
      return this.#say({ say: 'none' })
    }
    this.#tellEnd(lease.kept.client)
    this.#say({ say: 'kept', lease: lease.id, hostKeys: lease.kept.hostKeys })
  }

  /** Dead, or of a host that is not trusted any more. */
  #drop(lease: Lease): void {
    this.#lease = undefined
    this.#forgetEnd(lease.kept.client)
    this.#table.giveBack(lease)
    this.#table.retire(lease.kept)
  }

  async #dial({ destination, through, within }: Dial): Promise<void> {
    if (this.#lease) this.#drop(this.#lease)
    try {
      const { route } = destination
      if (route.is === 'jump') {
        const passage = this.#table.leaseOf(through ?? '')
        if (!passage) throw new Failure('UNREACHABLE', `the connection to ${route.through.name} is gone`)
        this.#through = passage.kept
        this.#table.pass(passage.kept, 1)
      }
      const wire =
        route.is === 'command'
          ? dialThroughCommand(route.command, within)
          : this.#through
            ? await dialThroughJump(this.#through.client, destination)
            : await dialDirectly(destination, this.#gone.signal)
      if (this.#gone.signal.aborted) return wire.close()
      this.#wire = wire
      this.#say({ say: 'dialled' })
    } catch (error) {
      this.#letThrough()
      if (!(error instanceof Failure)) return
      const { code, message, next, output } = error
      this.#say({ say: 'failed', failure: { code, message, next, output } })
    }
  }

  #shake({ user, algorithms }: Shake): void {
    const wire = this.#wire
    if (!wire) return
    // Whoever had us wait until the command was ready may have gone meanwhile, which is told once.
    if (wire.stream.destroyed) {
      this.#onError(wire.stream.errored ?? new Error(closedEarly))
      this.#onClose()
      return
    }
    const client = new Client()
    this.#client = client
    client.on('handshake', () => this.#say({ say: 'handshake' }))
    client.on('ready', () => {
      const lease = this.#adopt(client, wire)
      if (lease) this.#say({ say: 'ready', lease: lease.id })
    })
    this.#tellEnd(client)
    client.connect({
      sock: wire.stream,
      username: user,
      readyTimeout: 0,
      ...keepalive,
      algorithms: algorithms as NonNullable<ConnectConfig['algorithms']>,
      hostVerifier: (key: Buffer, verify: (isIt: boolean) => void) =>
        this.#judge(key.toString('base64'), verify),
      // The library takes `false` for the end of the list; its types do not say so.
      authHandler: (left, _isPartial, next) =>
        void this.#method(user, left).then(next as (method: AnyAuthMethod | false) => void),
    })
  }

  /** A host shows its key again when keys are exchanged anew, also while no command is there. */
  #judge(key: string, verify: (isIt: boolean) => void): void {
    if (this.#hostKey !== undefined) verify(key === this.#hostKey)
    else
      this.#ask({ say: 'is-it-the-host', key }).then(({ accepted }) => {
        if (accepted) this.#hostKey = key
        verify(accepted === true)
      })
  }

  async #method(username: string, left: readonly string[] | null): Promise<AnyAuthMethod | false> {
    const { method = 'none' } = await this.#ask({ say: 'how-to-log-in', left })
    if (method === 'none') return false
    if (method === 'key') return { type: 'agent', username, agent: new AskingAgent((one) => this.#ask(one)) }
    if (method !== 'prompts') return { type: 'password', username, password: method.password }
    return {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) =>
        void this.#ask({ say: 'answer-prompts', prompts: prompts.map(({ prompt }) => prompt) }).then(
          ({ texts }) => finish([...(texts ?? [])]),
        ),
    }
  }

  #adopt(client: Client, wire: Wire): Lease | undefined {
    if (this.#gone.signal.aborted || this.#hostKey === undefined) return undefined
    const { key, seconds, isPassage } = this.#want
    const through = this.#through
    const hostKeys = [this.#hostKey, ...(through?.hostKeys ?? [])]
    const made = { key, client, wire, hostKeys, ...(through ? { through } : {}) }
    this.#lease = this.#table.adopt(made, seconds, isPassage)
    this.#letThrough()
    return this.#lease
  }

  #ask(question: Question): Promise<Answer> {
    this.#say(question)
    return new Promise((resolve) => this.#asked.push(resolve))
  }

  #say(said: Said): void {
    if (!this.#socket.destroyed) this.#socket.write(messageFrame(said))
  }

  readonly #onError = (error: Error) =>
    this.#say({ say: 'error', error: { ...toldError(error), proxySaid: this.#wire?.said() } })
  readonly #onClose = () => this.#say({ say: 'closed', proxySaid: this.#wire?.said() ?? '' })

  #tellEnd(client: Client): void {
    client.on('error', this.#onError)
    client.on('close', this.#onClose)
  }

  #forgetEnd(client: Client): void {
    client.off('error', this.#onError)
    client.off('close', this.#onClose)
  }

  #letThrough(): void {
    if (this.#through) this.#table.pass(this.#through, -1)
    this.#through = undefined
  }

  #leave(): void {
    if (this.#gone.signal.aborted) return
    this.#gone.abort(new Error('the command has left'))
    if (this.#lease) {
      this.#forgetEnd(this.#lease.kept.client)
      this.#table.giveBack(this.#lease)
      return
    }
    this.#client?.destroy()
    this.#wire?.close()
    this.#letThrough()
  }
}
