import type { Socket } from 'node:net'
import { Duplex, Readable } from 'node:stream'
import type { RemoteProgram } from '../client.ts'
import { connectTo, onFrames } from './dialogue.ts'
import { type Frame, frame, frameKinds, messageFrame, messageOf, pieces, takenOf } from './frames.ts'
import { type ChannelSaid, errorOf, type Forward, type Start } from './messages.ts'

/** Bytes that may be on their way to a host: what one side sends and the host does not read yet stays with the command. */
const window = 1024 * 1024

/** Bytes of a program's output that wait here for a reader before its host is told to wait. */
const mostWaiting = 1024 * 1024

/** Opens a program or a TCP connection over a kept connection. Rejects with the error that the ssh library would give. */
export async function openFarChannel(path: string, request: Start | Forward): Promise<FarChannel> {
  const socket = await connectTo(path)
  return new Promise((resolve, reject) => {
    let channel: FarChannel | undefined
    const gone = () => reject(new Error('the process that keeps the connection has ended'))
    socket.once('close', gone)
    onFrames(socket, (one) => {
      if (channel) return channel.hear(one)
      const said = messageOf<ChannelSaid>(one)
      socket.off('close', gone)
      if (said.say === 'open') {
        channel = new FarChannel(socket)
        resolve(channel)
      } else {
        socket.destroy()
        reject(said.say === 'refused' ? errorOf(said.error) : new Error('an answer out of turn'))
      }
    })
    socket.write(messageFrame(request))
  })
}

/** A program on a host, or a TCP connection from it, behind a socket to the process that has the connection. */
export class FarChannel extends Duplex implements RemoteProgram {
  readonly stderr: Readable
  readonly #socket: Socket
  /** Bytes that were sent and have not gone on to the host. */
  #underWay = 0
  #goOn: (() => void) | undefined

  constructor(socket: Socket) {
    // It closes when the host has closed it and all was read, as a channel of the ssh library does.
    super({ autoDestroy: false, allowHalfOpen: true })
    this.#socket = socket
    this.stderr = new Readable({ read: () => this.#socket.resume() })
    socket.once('close', () => {
      this.push(null)
      this.stderr.push(null)
      this.#goOn?.()
      // Destroyed, it has told so by itself.
      if (this.destroyed) return
      if (this.readableEnded) this.emit('close')
      else this.once('end', () => this.emit('close'))
    })
  }

  /** Takes what came from the host. */
  hear(one: Frame): void {
    if (one.kind === frameKinds.data) this.#hold(this, one.payload)
    else if (one.kind === frameKinds.complaint) this.#hold(this.stderr, one.payload)
    else if (one.kind === frameKinds.end) this.push(null)
    else if (one.kind === frameKinds.taken) {
      this.#underWay -= takenOf(one)
      this.#goOn?.()
    } else {
      const said = messageOf<ChannelSaid>(one)
      if (said.say === 'exit') this.emit('exit', said.status, said.signal)
    }
  }

  #hold(reader: Readable, payload: Buffer): void {
    reader.push(payload)
    if (reader.readableLength > mostWaiting) this.#socket.pause()
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const left = pieces(chunk)
    const send = () => {
      this.#goOn = undefined
      // What nobody can take any more is dropped, as by a channel that is closed.
      while (this.#underWay < window || this.#socket.destroyed) {
        const { value, done: isAll } = this.#socket.destroyed ? { done: true as const } : left.next()
        if (isAll) return done()
        this.#underWay += value.length
        this.#socket.write(frame(frameKinds.data, value))
      }
      this.#goOn = send
    }
    send()
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#socket.destroyed) this.#socket.write(frame(frameKinds.end))
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.close()
    done(error)
  }

  /** Stops listening and speaking. What was written goes on to the host. */
  close(): void {
    this.#socket.end()
    this.#socket.resume()
  }

  /** Closes it as well, and keeps nobody waiting for a process that does not answer. */
  leave(): void {
    this.close()
    this.#socket.unref()
  }
}
