import { Failure } from '../model/failure.ts'
import { type Query, queryKey, type Sensor } from '../model/sensor.ts'
import type { Ask } from './program.ts'

/** What a host answered, by `queryKey`. */
export type Answers = ReadonlyMap<string, unknown>

/** Every question once, grouped by sensor, so that a sensor's cost is paid once however many ask. */
export function groupBySensor(queries: Iterable<Query<unknown>>): readonly Ask[] {
  const groups = new Map<string, { sensor: Sensor<unknown>; subjects: Set<string> }>()
  for (const { sensor, subject } of queries) {
    const group = groups.get(sensor.name) ?? { sensor, subjects: new Set() }
    groups.set(sensor.name, group)
    group.subjects.add(subject)
  }
  return [...groups.values()].map((group) => ({ sensor: group.sensor, subjects: [...group.subjects] }))
}

/** Reads one sensor's output. Throws INSPECTION_FAILED where the sensor itself failed on the host. */
export function readAnswer(ask: Ask, status: number, output: string): Answers {
  if (status !== 0) {
    throw new Failure('INSPECTION_FAILED', `asking for ${ask.sensor.name} failed with status ${status}`, {
      output: output.split('\n').slice(-5).join('\n'),
      next: 'log in and see whether a shell there can run its basic commands: disk, memory and PATH come to mind',
    })
  }
  const answers = new Map<string, unknown>()
  for (const [subject, reading] of ask.sensor.read(output, ask.subjects)) {
    answers.set(queryKey({ sensor: ask.sensor, subject, about: [] }), reading)
  }
  return answers
}
