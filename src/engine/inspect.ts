import type { Change } from '../model/change.ts'
import type { DetailName } from '../model/details.ts'
import type { Facts } from '../model/facts.ts'
import type { Resource } from '../model/resource.ts'
import { affects, type Query, queryKey } from '../model/sensor.ts'
import type { Expansion } from '../model/task.ts'
import { detailNames, detailOf } from '../sensors/details.ts'
import { accounts, facts } from '../sensors/facts.ts'
import type { Ask } from '../shell/program.ts'
import { type Answers, groupBySensor } from '../shell/questions.ts'

/** The host's own facts are a question like any other; it is part of every inspection. */
export const factsQuery: Query<unknown> = { sensor: facts, subject: '', about: [accounts] }

/** Under which its answer is found. */
const factsKey = queryKey(factsQuery)

/** What asks for a detail of the host's facts: nothing is ever to be done about it. */
function detailResource(name: DetailName): Resource {
  return {
    id: `facts[${name}]`,
    title: `facts: ${name}`,
    queries: { detail: detailOf(name) },
    converge: () => undefined,
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
  }
}

/** The host's facts as far as they were asked for. */
export function factsIn(answers: Answers): Facts | undefined {
  const facts = answers.get(factsKey) as Facts | undefined
  const asked = detailsIn(answers)
  if (!facts || asked.length === 0) return facts
  return {
    ...facts,
    details: Object.fromEntries(asked.map((name) => [name, answers.get(queryKey(detailOf(name)))])),
  }
}

/** The details of them that were asked for. */
function detailsIn(answers: Answers): readonly DetailName[] {
  return detailNames.filter((name) => answers.has(queryKey(detailOf(name))))
}

/** Every question of these resources, and the host's facts with what was asked of them before. */
export function questionsOf(resources: Iterable<Resource>, before: Answers): readonly Query<unknown>[] {
  const all = [...resources, ...detailsIn(before).map(detailResource)]
  return [factsQuery, ...all.flatMap((resource) => Object.values(resource.queries))]
}

/** What is to be asked while a task waits: what it may turn out to be, and a detail of the host's facts. */
export function awaitedOf(
  { on, resources }: Extract<Expansion, { is: 'waiting' }>,
  host: string,
): readonly Resource[] {
  const detail = 'facts' in on && on.facts === host ? on.detail : undefined
  return detail ? [...resources, detailResource(detail)] : resources
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
