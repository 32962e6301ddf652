import { createServer, connect as dial, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { forAtMost, OpenQuestions } from '../../src/nats/closing.ts'
import { OwnSockets } from '../../src/nats/sockets.ts'

const never = new Promise<never>(() => {})
/** A promise that the test keeps, or breaks. */
function later<Value>() {
  let resolve: (value: Value) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<Value>((done, fail) => {
    resolve = done
    reject = fail
  })
  return { promise, resolve, reject }
}

const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length

describe('what is waited for when a connection is closed', () => {
  it('is waited for until it comes, and keeps no timer that a program would wait for', async () => {
    const { promise, resolve } = later<void>()
    let isOver = false
    const waiting = forAtMost(600_000, promise).then(() => {
      isOver = true
    })
    await pause(20)
    expect(isOver).toBe(false)
    // From here on nobody else's timer ends before ours is looked for: no turn of the loop is waited for.
    const during = timers()
    resolve()
    await waiting
    expect(timers()).toBe(during - 1)
  })

  it('is given up after its time', async () => {
    await forAtMost(20, never)
  })

  it('may fail, in time or later: whoever waited is not told, nor is anybody else', async () => {
    const refused: unknown[] = []
    const hear = (error: unknown) => void refused.push(error)
    process.on('unhandledRejection', hear)
    await forAtMost(600_000, Promise.reject(new Error('gone')))
    const { promise, reject } = later<void>()
    await forAtMost(20, promise)
    reject(new Error('gone later'))
    await pause(20)
    process.off('unhandledRejection', hear)
    expect(refused).toEqual([])
  })

  it('are questions that nobody waits for any more, those that fail among them', async () => {
    const questions = new OpenQuestions()
    await questions.answered()
    const [first, second] = [later<string>(), later<string>()]
    const both = Promise.all([questions.count(first.promise), questions.count(second.promise)])
    first.reject(new Error('no'))
    await expect(both).rejects.toThrow('no')
    let isAnswered = false
    const answered = questions.answered().then(() => {
      isAnswered = true
    })
    await pause(20)
    expect(isAnswered).toBe(false)
    second.resolve('yes')
    await answered
    await questions.answered()
  })
})

describe('sockets of a connection', () => {
  it('are closed with it, and so are those that are opened later', async () => {
    const there: Socket[] = []
    const server = createServer((socket) => there.push(socket.on('error', () => {})))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { readonly port: number }
    const closed = (socket: Socket) => new Promise((done) => socket.on('error', () => {}).once('close', done))
    try {
      const sockets = new OwnSockets()
      const before = await sockets.within(async () => dial(port, '127.0.0.1'))
      await new Promise((done) => before.once('connect', done))
      const [isClosed, again] = [closed(before), later<void>()]
      // As the library does that was asked to seek an engine, and is at it still.
      const seeking = sockets.within(async () => {
        await again.promise
        return dial(port, '127.0.0.1')
      })
      sockets.close()
      await isClosed
      again.resolve()
      const last = await seeking
      await closed(last)
      expect(last.destroyed).toBe(true)
      // Others are none of its.
      const other = dial(port, '127.0.0.1')
      await new Promise((done) => other.once('connect', done))
      other.destroy()
    } finally {
      for (const socket of there) socket.destroy()
      server.close()
    }
  })
})
