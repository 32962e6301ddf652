import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type Frame,
  FrameReader,
  frame,
  frameKinds,
  messageFrame,
  messageOf,
  mostInOne,
  pieces,
  takenFrame,
  takenOf,
} from '../../../src/transport/kept/frames.ts'

/** What a reader makes of bytes that come in pieces of that length. */
function readIn(length: number, bytes: Buffer): readonly Frame[] {
  const reader = new FrameReader()
  const read: Frame[] = []
  for (let at = 0; at < bytes.length; at += length) read.push(...reader.read(bytes.subarray(at, at + length)))
  return read
}

describe('pieces on a socket', () => {
  const output = randomBytes(300)
  const sent = Buffer.concat([
    messageFrame({ say: 'open', words: ['ä', '\n'] }),
    frame(frameKinds.data, output),
    frame(frameKinds.complaint, Buffer.from('no')),
    frame(frameKinds.end),
    takenFrame(70_000),
  ])

  it.each([1, 2, 4, 5, 6, 7, 299, 305, sent.length])(
    'are read as they were sent, %i bytes at a time',
    (length) => {
      const [message, data, complaint, end, taken, ...more] = readIn(length, sent)
      expect(message && messageOf(message)).toEqual({ say: 'open', words: ['ä', '\n'] })
      expect(data).toEqual({ kind: frameKinds.data, payload: output })
      expect(complaint?.payload.toString()).toBe('no')
      expect(end).toMatchObject({ kind: frameKinds.end, payload: Buffer.alloc(0) })
      expect(taken && takenOf(taken)).toBe(70_000)
      expect(more).toEqual([])
    },
  )

  it('are handed on as soon as they are whole', () => {
    const reader = new FrameReader()
    const [first, second] = [
      frame(frameKinds.data, Buffer.from('one')),
      frame(frameKinds.data, Buffer.from('two')),
    ]
    expect(reader.read(Buffer.concat([first, second.subarray(0, 6)]))).toHaveLength(1)
    expect(reader.read(second.subarray(6, 7))).toHaveLength(0)
    expect(reader.read(second.subarray(7)).map(({ payload }) => payload.toString())).toEqual(['two'])
  })

  it('of a large content are small, and all of it', () => {
    const content = randomBytes(3 * mostInOne + 1)
    const cut = [...pieces(content)]
    expect(cut.map(({ length }) => length)).toEqual([mostInOne, mostInOne, mostInOne, 1])
    expect(Buffer.concat(cut).equals(content)).toBe(true)
    expect([...pieces(Buffer.alloc(0))]).toEqual([])
  })
})
