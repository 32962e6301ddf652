import type { Resource } from '../model/resource.ts'
import { type Query, queryKey } from '../model/sensor.ts'
import { facts } from '../sensors/facts.ts'
import type { Ask } from '../shell/program.ts'
import { type Answers, groupBySensor } from '../shell/questions.ts'

/** The host's own facts are a question like any other; it is part of every inspection. */
export const factsQuery: Query<unknown> = { sensor: facts, subject: '', about: [] }

/** Every question of these resources once, and the host's facts. */
export function questions(resources: Iterable<Resource>): readonly Ask[] {
  const queries = [...resources].flatMap((resource) => Object.values(resource.queries))
  return groupBySensor([factsQuery, ...queries])
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
