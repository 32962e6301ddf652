import { createHash } from 'node:crypto'
import type { Sensor } from '../model/sensor.ts'
import type { Ask } from '../shell/program.ts'
import { type Answers, readAnswer } from '../shell/questions.ts'

/**
 * Reads what hosts of a run print. Of hosts that are alike many print the same: it is read once, and all of them have the same
 * readings, so that their contents are there once and not for each.
 */
export class SameAnswers {
  readonly #read = new WeakMap<Sensor<unknown>, Map<string, Answers>>()

  /** What a sensor found. Throws INSPECTION_FAILED where it failed on the host. */
  read(ask: Ask, status: number, output: string): Answers {
    if (status !== 0) return readAnswer(ask, status, output)
    const all = this.#read.get(ask.sensor) ?? new Map<string, Answers>()
    this.#read.set(ask.sensor, all)
    const asked = JSON.stringify([ask.on, ask.subjects])
    const key = createHash('sha256').update(asked).update('\0').update(output).digest('base64')
    const answers = all.get(key) ?? readAnswer(ask, status, output)
    // What was met last is the likeliest to be met again.
    all.delete(key)
    all.set(key, answers)
    const [oldest] = all.keys()
    if (all.size > mostKept && oldest !== undefined) all.delete(oldest)
    return answers
  }
}

/** Of what no other host has printed the like since so many others, none will. */
const mostKept = 64
