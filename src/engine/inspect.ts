import type { Change } from '../model/change.ts'
import type { Resource } from '../model/resource.ts'
import { affects, type Query, queryKey } from '../model/sensor.ts'
import type { Expansion } from '../model/task.ts'
import type { Ask } from '../shell/program.ts'
import { type Answers, groupBySensor } from '../shell/questions.ts'
import { detailResource, detailsIn } from './details.ts'

/** Every question of these resources, of the host's facts what was asked of them before, and others beside them. */
export function questionsOf(
  resources: Iterable<Resource>,
  before: Answers,
  others: readonly Query<unknown>[],
): readonly Query<unknown>[] {
  const all = [...resources, ...detailsIn(before).map(detailResource)]
  return [...others, ...all.flatMap((resource) => Object.values(resource.queries))]
}

/** What is to be asked while a task waits: what it may turn out to be, and a detail of facts. */
export function awaitedOf(
  { on, resources }: Extract<Expansion, { is: 'waiting' }>,
  { host, answers }: { readonly host: string; readonly answers: Answers },
): readonly Resource[] {
  if (!('facts' in on) || !on.detail) return resources
  const detail = detailResource({ name: on.detail, ...(on.facts === host ? {} : { on: on.facts }) })
  return readingsOf(detail, answers) ? resources : [...resources, detail]
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
