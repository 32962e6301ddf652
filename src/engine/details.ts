import type { DetailName } from '../model/details.ts'
import type { Facts } from '../model/facts.ts'
import type { Resource } from '../model/resource.ts'
import { type Query, queryKey } from '../model/sensor.ts'
import type { Knowledge } from '../model/task.ts'
import { detailOf } from '../sensors/details.ts'
import { accounts, facts, withoutVersions } from '../sensors/facts.ts'
import type { Answers } from '../shell/questions.ts'
import type { Pendings } from './pendings.ts'

/** The host's own facts are a question like any other; it is part of every inspection. Only clusters rest on versions of programs. */
export function factsQuery({ versions }: { readonly versions: boolean }): Query<unknown> {
  return { sensor: facts, subject: versions ? '' : withoutVersions, about: [accounts] }
}

/** Under which its answer is found. */
const factsKeys = [true, false].map((versions) => queryKey(factsQuery({ versions })))

/** A detail of a host's facts; `on`: of another host than whose answers these are. */
interface AskedDetail {
  readonly name: DetailName
  readonly on?: string
}

function queryOf({ name, on }: AskedDetail): Query<unknown> {
  return { ...detailOf(name), ...(on === undefined ? {} : { on }) }
}

/** What asks for a detail: nothing is ever to be done about it. */
export function detailResource(asked: AskedDetail): Resource {
  return {
    id: `facts[${asked.name}]`,
    title: `facts: ${asked.name}`,
    queries: { detail: queryOf(asked) },
    converge: () => undefined,
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
  }
}

const found = new WeakMap<Answers, readonly AskedDetail[]>()

/** The details that were asked for, by the keys of their answers: looked for once, as every plan of a host asks. */
export function detailsIn(answers: Answers): readonly AskedDetail[] {
  const known = found.get(answers)
  if (known) return known
  const asked = [...answers.keys()].flatMap((key) => {
    const [, on, name] = /^(?:@(\S+) )?details (\S+)$/.exec(key) ?? []
    return name === undefined ? [] : [{ name: name as DetailName, ...(on === undefined ? {} : { on }) }]
  })
  found.set(answers, asked)
  return asked
}

/** The same facts with those details that the answers have of this host, or of that one. */
function withDetails(facts: Facts, answers: Answers, on?: string): Facts {
  const asked = detailsIn(answers).filter((one) => one.on === on)
  if (asked.length === 0) return facts
  const more = asked.map((one) => [one.name, answers.get(queryKey(queryOf(one)))])
  return { ...facts, details: { ...facts.details, ...Object.fromEntries(more) } }
}

/** The host's facts as far as they were asked for. */
export function factsIn(answers: Answers): Facts | undefined {
  const facts = factsKeys.map((key) => answers.get(key) as Facts | undefined).find(Boolean)
  return facts && withDetails(facts, answers)
}

const withheld = new WeakMap<Facts, Pick<Knowledge, 'facts'> & { readonly of: unknown }>()

/**
 * What is known where a task stands. What files of the host tell of it is not known as long as something that comes before
 * may write such files.
 */
export function knownBehind(known: Knowledge, host: string, pending: Pendings): Knowledge {
  const own = known.facts.get(host)
  if (own?.details?.local === undefined || !pending.disturber([detailOf('local')])) return known
  const last = withheld.get(own)
  if (last?.of === known.facts) return { ...known, facts: last.facts }
  const { local: _, ...details } = own.details
  const facts = new Map(known.facts).set(host, { ...own, details })
  withheld.set(own, { of: known.facts, facts })
  return { ...known, facts }
}

/** The facts of all hosts with what one of them asked others. */
export class FactsAsAsked {
  #last:
    | { readonly all: unknown; readonly answers: Answers; readonly facts: ReadonlyMap<string, Facts> }
    | undefined

  /** The same map for the same facts, as what is computed of it is kept. */
  of(all: ReadonlyMap<string, Facts>, answers: Answers): ReadonlyMap<string, Facts> {
    if (this.#last?.all !== all || this.#last.answers !== answers)
      this.#last = { all, answers, facts: withAsked(all, answers) }
    return this.#last.facts
  }
}

function withAsked(all: ReadonlyMap<string, Facts>, answers: Answers): ReadonlyMap<string, Facts> {
  if (detailsIn(answers).every(({ on }) => on === undefined)) return all
  return new Map([...all].map(([host, facts]) => [host, withDetails(facts, answers, host)]))
}
