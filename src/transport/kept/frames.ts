/**
 * What goes over a socket between a command and the process that keeps connections: pieces with a length and a kind, so that a
 * program's output, its complaints, the end of its input and what the two tell each other share one stream.
 */
export interface Frame {
  readonly kind: FrameKind
  readonly payload: Buffer
}

/** What a piece is. */
export const frameKinds = {
  /** JSON. */
  message: 0,
  /** For the standard input of a program, or from its standard output. */
  data: 1,
  /** From its standard error. */
  complaint: 2,
  /** No more data comes this way. */
  end: 3,
  /** So many bytes of what was sent have gone on to the host: a number of four bytes. */
  taken: 4,
} as const

export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

const headLength = 5

/** Data is cut into pieces of at most so many bytes, so that no side has to hold more before it can hand it on. */
export const mostInOne = 64 * 1024

/** A piece as it is sent. */
export function frame(kind: FrameKind, payload: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.allocUnsafe(headLength + payload.length)
  bytes.writeUInt32BE(payload.length, 0)
  bytes.writeUInt8(kind, 4)
  bytes.set(payload, headLength)
  return bytes
}

/** A message as it is sent. */
export function messageFrame(message: object): Buffer {
  return frame(frameKinds.message, Buffer.from(JSON.stringify(message)))
}

/** What a message says. */
export function messageOf<Message>({ payload }: Frame): Message {
  return JSON.parse(payload.toString()) as Message
}

/** That so much was handed on. */
export function takenFrame(bytes: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(bytes)
  return frame(frameKinds.taken, payload)
}

/** How much was handed on. */
export function takenOf({ payload }: Frame): number {
  return payload.readUInt32BE()
}

/** Data in pieces as they are sent. */
export function* pieces(data: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < data.length; from += mostInOne) yield data.subarray(from, from + mostInOne)
}

/** Puts pieces together from whatever a socket reads at a time. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /** The pieces that are whole now. */
  read(chunk: Buffer): readonly Frame[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const whole: Frame[] = []
    let at = 0
    while (bytes.length - at >= headLength) {
      const end = at + headLength + bytes.readUInt32BE(at)
      if (end > bytes.length) break
      const kind = bytes.readUInt8(at + 4) as FrameKind
      whole.push({ kind, payload: bytes.subarray(at + headLength, end) })
      at = end
    }
    this.#rest = bytes.subarray(at)
    return whole
  }
}
