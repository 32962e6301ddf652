import { spawn } from 'node:child_process'
import type { Sensor } from '../../src/model/sensor.ts'
import { parseFrames } from '../../src/shell/frames.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { readAnswer } from '../../src/shell/questions.ts'

/** A shell to try a fragment in, such as `busybox sh`. */
export type Shell = readonly [string, ...string[]]

/** As rows for `describe.each`, with their names. */
export const namedShells = [
  ['dash', ['dash', '-s']],
  ['busybox', ['busybox', 'sh', '-s']],
] as const

/** As rows for `it.each`. */
export const shells: readonly (readonly [Shell])[] = namedShells.map(([, shell]) => [shell])

/** Asks this computer through a real shell. Readings stand in the subjects' order. */
export async function ask<Reading>(
  shell: Shell,
  sensor: Sensor<Reading>,
  subjects: readonly string[],
): Promise<readonly Reading[]> {
  const question = { sensor, subjects }
  const program = buildProgram('nonce', { asks: [question] })
  const child = spawn(shell[0], shell.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(program.script)
  child.stdout.setEncoding('utf8')
  for await (const frame of parseFrames('nonce', child.stdout)) {
    if (frame.is !== 'answer') continue
    readAnswer(question, frame.status, frame.output)
    const readings = sensor.read(frame.output, subjects)
    return subjects.map((subject) => {
      const reading = readings.get(subject)
      if (reading === undefined && !readings.has(subject)) throw new Error(`no reading for ${subject}`)
      return reading as Reading
    })
  }
  throw new Error('no answer')
}
