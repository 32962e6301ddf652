import type { Change } from '../model/change.ts'
import type { Resource } from '../model/resource.ts'
import { affects, type Query, queryKey } from '../model/sensor.ts'
import { accounts, facts } from '../sensors/facts.ts'
import type { Ask } from '../shell/program.ts'
import { type Answers, groupBySensor } from '../shell/questions.ts'

/** The host's own facts are a question like any other; it is part of every inspection. */
export const factsQuery: Query<unknown> = { sensor: facts, subject: '', about: [accounts] }

/** Under which its answer is found. */
export const factsKey = queryKey(factsQuery)

/** Every question of these resources, and the host's facts. */
export function questionsOf(resources: Iterable<Resource>): readonly Query<unknown>[] {
  return [factsQuery, ...[...resources].flatMap((resource) => Object.values(resource.queries))]
}

/** The answers that still hold after changes. */
export function stillHolding(
  answers: Answers,
  queries: readonly Query<unknown>[],
  disturbed: Change['disturbs'],
): Answers {
  if (disturbed === 'everything') return new Map()
  const holding = queries.filter((query) => !affects(disturbed, query))
  return new Map(
    holding.map(queryKey).flatMap((key) => (answers.has(key) ? [[key, answers.get(key)] as const] : [])),
  )
}

/** Those of the questions that have no answer, each once. */
export function unanswered(queries: readonly Query<unknown>[], answers: Answers): readonly Ask[] {
  return groupBySensor(queries.filter((query) => !answers.has(queryKey(query))))
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

/** The hosts to which programs go, in their order: where steps are made, the host itself, and whoever is asked. */
export function placesOf(
  asks: readonly Ask[],
  at: readonly (string | undefined)[],
  reachesItself: boolean,
): ReadonlySet<string | undefined> {
  const others = asks.map(({ on }) => on).filter((on) => on !== undefined)
  return new Set([...at, ...(reachesItself ? [undefined] : []), ...others])
}
