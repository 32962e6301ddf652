import { describe, expect, it } from 'vitest'
import { createGate } from '../../src/transport/gate.ts'

describe('a gate', () => {
  const signal = new AbortController().signal

  it('lets in as many as it has places, in the order they came', async () => {
    const gate = createGate(2)
    const inside: number[] = []
    const leaves = [await gate.enter(signal), await gate.enter(signal)]
    const waiting = [1, 2, 3].map((index) =>
      gate.enter(signal).then((leave) => {
        inside.push(index)
        return leave
      }),
    )
    await Promise.resolve()
    expect(inside).toEqual([])
    leaves[0]?.()
    leaves[0]?.()
    ;(await waiting[0])?.()
    ;(await waiting[1])?.()
    await waiting[2]
    expect(inside).toEqual([1, 2, 3])
  })

  it('forgets whoever gives up waiting', async () => {
    const gate = createGate(1)
    const leave = await gate.enter(signal)
    const abort = new AbortController()
    const first = gate.enter(abort.signal)
    const second = gate.enter(signal)
    abort.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    leave()
    ;(await second)()
    await gate.enter(signal)
  })
})
