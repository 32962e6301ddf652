import { describe, expect, it } from 'vitest'
import { SameAnswers } from '../../src/engine/same-answers.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { Sensor } from '../../src/model/sensor.ts'
import { sh } from '../../src/shell/quote.ts'

/** Counts how often it reads. */
function words() {
  let times = 0
  const sensor: Sensor<unknown> = {
    name: 'words',
    ask: () => sh`:`,
    read: (output, subjects) => {
      times += 1
      return new Map(subjects.map((subject) => [subject, { output }]))
    },
  }
  return { sensor, times: () => times }
}

describe('what hosts of a run print', () => {
  it('is read once where it is the same, and the readings are those of all', () => {
    const { sensor, times } = words()
    const same = new SameAnswers()
    const ask = { sensor, subjects: ['/a', '/b'] }
    const [one, two] = [same.read(ask, 0, 'x'), same.read({ ...ask, subjects: ['/a', '/b'] }, 0, 'x')]
    expect(times()).toBe(1)
    expect([...one]).toHaveLength(2)
    for (const [key, reading] of one) expect(two.get(key)).toBe(reading)
  })

  it.each([
    ['it prints something else', ['/a'], undefined, 'y'],
    ['it was asked for something else', ['/b'], undefined, 'x'],
    ['it was asked for more', ['/a', '/b'], undefined, 'x'],
    ['another host was asked', ['/a'], 'other', 'x'],
  ])('is read by itself where %s', (_, subjects, on, output) => {
    const { sensor, times } = words()
    const same = new SameAnswers()
    same.read({ sensor, subjects: ['/a'] }, 0, 'x')
    const read = same.read({ sensor, subjects, ...(on === undefined ? {} : { on }) }, 0, output)
    expect(times()).toBe(2)
    expect([...read.values()]).toEqual(subjects.map(() => ({ output })))
  })

  it('is read by itself by a sensor of the same name that is another one', () => {
    const [one, other] = [words(), words()]
    const same = new SameAnswers()
    same.read({ sensor: one.sensor, subjects: ['/a'] }, 0, 'x')
    same.read({ sensor: other.sensor, subjects: ['/a'] }, 0, 'x')
    expect([one.times(), other.times()]).toEqual([1, 1])
  })

  it('is not kept for ever', () => {
    const { sensor, times } = words()
    const same = new SameAnswers()
    const ask = { sensor, subjects: ['/a'] }
    for (let host = 0; host < 1000; host++) same.read(ask, 0, String(host))
    same.read(ask, 0, '999')
    expect(times()).toBe(1000)
    same.read(ask, 0, '0')
    expect(times()).toBe(1001)
  })

  it('is a failure where the sensor failed, each time', () => {
    const { sensor } = words()
    const same = new SameAnswers()
    same.read({ sensor, subjects: ['/a'] }, 0, 'x')
    const failing = () => same.read({ sensor, subjects: ['/a'] }, 1, 'x')
    expect(failing).toThrow(expect.objectContaining<Partial<Failure>>({ code: 'INSPECTION_FAILED' }))
  })
})
