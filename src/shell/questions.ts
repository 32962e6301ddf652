import { Failure } from '../model/failure.ts'
import { type Query, queryKey, type Sensor } from '../model/sensor.ts'
import type { Ask } from './program.ts'

/** What a host answered, by `queryKey`. */
export type Answers = ReadonlyMap<string, unknown>

/** Every question once, grouped by sensor, so that a sensor's cost is paid once however many ask. */
export function groupBySensor(queries: Iterable<Query<unknown>>): readonly Ask[] {
  const groups = new Map<string, { sensor: Sensor<unknown>; on: string | undefined; subjects: Set<string> }>()
  for (const { sensor, subject, on } of queries) {
    const key = queryKey({ sensor, subject: '', about: [], ...(on === undefined ? {} : { on }) })
    const group = groups.get(key) ?? { sensor, on, subjects: new Set() }
    groups.set(key, group)
    group.subjects.add(subject)
  }
  return [...groups.values()].map(({ sensor, on, subjects }) => ({
    sensor,
    subjects: [...subjects],
    ...(on === undefined ? {} : { on }),
  }))
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
    const on = ask.on === undefined ? {} : { on: ask.on }
    answers.set(queryKey({ sensor: ask.sensor, subject, about: [], ...on }), reading)
  }
  return answers
}
