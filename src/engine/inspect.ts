import { Failure } from '../model/failure.ts'
import type { Resource } from '../model/resource.ts'
import { type Query, queryKey, type Sensor } from '../model/sensor.ts'
import { facts } from '../sensors/facts.ts'
import type { Ask } from '../shell/program.ts'

/** What a host answered, by `queryKey`. */
export type Answers = ReadonlyMap<string, unknown>

/** The host's own facts are a question like any other; it is part of every inspection. */
export const factsQuery: Query<unknown> = { sensor: facts, subject: '', about: [] }

/** Every question of these resources once, and the host's facts, grouped by sensor. */
export function questions(resources: Iterable<Resource>): readonly Ask[] {
  const subjects = new Map<string, { sensor: Sensor<unknown>; subjects: Set<string> }>()
  const add = ({ sensor, subject }: Query<unknown>) => {
    const group = subjects.get(sensor.name) ?? { sensor, subjects: new Set() }
    subjects.set(sensor.name, group)
    group.subjects.add(subject)
  }
  add(factsQuery)
  for (const resource of resources) for (const query of Object.values(resource.queries)) add(query)
  return [...subjects.values()].map((group) => ({ sensor: group.sensor, subjects: [...group.subjects] }))
}

/** Reads one sensor's output. Throws INSPECTION_FAILED where the sensor itself failed on the host. */
export function readAnswer(ask: Ask, status: number, output: string): Answers {
  if (status !== 0) {
    throw new Failure('INSPECTION_FAILED', `asking for ${ask.sensor.name} failed with status ${status}`, {
      next: 'run again with --verbose to see what the host printed',
    })
  }
  const answers = new Map<string, unknown>()
  for (const [subject, reading] of ask.sensor.read(output, ask.subjects)) {
    answers.set(queryKey({ sensor: ask.sensor, subject, about: [] }), reading)
  }
  return answers
}

/** The readings a resource asked for, or `undefined` while one of its questions was not asked yet. */
export function readingsOf(resource: Resource, answers: Answers): Record<string, unknown> | undefined {
  const found: Record<string, unknown> = {}
  for (const [name, query] of Object.entries(resource.queries)) {
    const key = queryKey(query)
    if (!answers.has(key)) return undefined
    found[name] = answers.get(key)
  }
  return found
}
