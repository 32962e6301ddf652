import { connect, type Socket } from 'node:net'
import { type Frame, FrameReader, messageFrame, messageOf } from './frames.ts'

/** Hands the pieces that a socket reads to whoever takes them. */
export function onFrames(socket: Socket, take: (frame: Frame) => void): void {
  const reader = new FrameReader()
  socket.on('data', (chunk) => {
    for (const one of reader.read(chunk)) take(one)
  })
}

/** What is said and heard on the socket of a connection: first in turns, later whatever comes. */
export class Dialogue<Heard, Spoken extends object> {
  readonly socket: Socket
  readonly #heard: Heard[] = []
  #waiting: ((heard: Heard | undefined) => void) | undefined
  #listener: ((heard: Heard) => void) | undefined

  constructor(socket: Socket) {
    this.socket = socket
    onFrames(socket, (one) => this.#take(messageOf<Heard>(one)))
    socket.once('close', () => this.#waiting?.(undefined))
  }

  say(message: Spoken): void {
    if (this.socket.writable) this.socket.write(messageFrame(message))
  }

  /** The next word; `undefined` where none can come any more. */
  next(): Promise<Heard | undefined> {
    const known = this.#heard.shift()
    if (known !== undefined) return Promise.resolve(known)
    if (this.socket.destroyed) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#waiting = (heard) => {
        this.#waiting = undefined
        resolve(heard)
      }
    })
  }

  /** Tells all further words. */
  listen(listener: (heard: Heard) => void): void {
    this.#listener = listener
    for (const one of this.#heard.splice(0)) listener(one)
  }

  #take(heard: Heard): void {
    if (this.#listener) this.#listener(heard)
    else if (this.#waiting) this.#waiting(heard)
    else this.#heard.push(heard)
  }
}

/** Connects to a socket of this computer; rejects with what the system says. */
export function connectTo(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}
