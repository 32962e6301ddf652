import type { Change } from '../model/change.ts'
import type { ResourceId } from '../model/resource.ts'
import { type Query, queryKey } from '../model/sensor.ts'

/** A change that comes earlier in the same plan. */
export interface Pending {
  readonly id: ResourceId
  readonly disturbs: Change['disturbs']
  /** What is sent for it. */
  readonly script?: Change['script']
  /** The host it alters, where it is another one than whose task it is. */
  readonly on?: string | undefined
  /** What is surely answered after it. */
  readonly leaves?: Change['leaves']
  /** What is answered after it if it is made as it is expected to be. */
  readonly assumed?: Change['leaves']
  readonly spares?: Change['spares']
}

/** The numbers of the first and of the last change that disturbs something. */
interface Span {
  readonly first: number
  readonly last: number
}

/** An answer, and the number of the change after which it will be given. */
interface Foretold {
  readonly reading: unknown
  readonly after: number
}

const nobody: Span = { first: Number.POSITIVE_INFINITY, last: -1 }

/** What changes of one host disturb, by the tokens of what they name. */
interface Tokens {
  readonly exact: Map<string, Span>
  /** What stands above a token that is disturbed. */
  readonly above: Map<string, Span>
  /** Those that say `*`, and those that say anything. */
  all: Span
  any: Span
}

/**
 * Changes that come earlier in a plan, found by what they disturb: looking at each of them for each step would take the
 * square of a playbook's length.
 */
export class Pendings {
  readonly #all: Pending[] = []
  readonly #byHost = new Map<string | undefined, Tokens>()
  #everything = nobody
  readonly #foretold = new Map<string, Foretold>()
  readonly #assumed = new Map<string, Foretold>()
  /** The last of those by which the same is sent for the same resource. */
  readonly #made = new Map<string, number>()

  add(pending: Pending): void {
    const number = this.#all.push(pending) - 1
    const { id, disturbs, script, on, leaves, assumed = leaves, spares = [] } = pending
    if (script !== undefined) this.#made.set(sameness(id, script, on), number)
    // What was foretold of these is foretold still.
    const kept = spares.map((query) => ({ query, still: this.foretold(query), maybe: this.assumed(query) }))
    for (const { query, still, maybe } of kept) {
      if (still) this.#foretold.set(queryKey(query), { ...still, after: number })
      if (maybe) this.#assumed.set(queryKey(query), { ...maybe, after: number })
    }
    for (const [key, reading] of leaves ?? []) this.#foretold.set(key, { reading, after: number })
    for (const [key, reading] of assumed ?? []) this.#assumed.set(key, { reading, after: number })
    if (disturbs === 'everything') {
      this.#everything = until(this.#everything, number)
      return
    }
    const tokens = this.#byHost.get(on) ?? { exact: new Map(), above: new Map(), all: nobody, any: nobody }
    this.#byHost.set(on, tokens)
    for (const token of disturbs) {
      if (token === '*') tokens.all = until(tokens.all, number)
      tokens.any = until(tokens.any, number)
      note(tokens.exact, token, number)
      for (const place of placesAbove(token)) note(tokens.above, place, number)
    }
  }

  /** Does one of them say that it alters what this asks about? */
  touches(query: Query<unknown>): boolean {
    return this.#those(query).first < nobody.first
  }

  /** What will be answered to a question after the last of them that may alter it. */
  foretold(query: Query<unknown>): { readonly reading: unknown } | undefined {
    const foretold = this.#foretold.get(queryKey(query))
    return foretold && foretold.after >= Math.max(this.#those(query).last, this.#everything.last)
      ? foretold
      : undefined
  }

  /** The same if all of them are made as they are expected to be, and what may alter anything leaves this as it is. */
  assumed(query: Query<unknown>): { readonly reading: unknown } | undefined {
    const assumed = this.#assumed.get(queryKey(query))
    return assumed && assumed.after >= this.#those(query).last ? assumed : undefined
  }

  /**
   * Whether one of them makes what this one would make, and none after it says that it alters what that rests on: nothing is left
   * to do then.
   */
  makes(
    { id, script, on }: Pick<Pending, 'id' | 'script' | 'on'>,
    queries: readonly Query<unknown>[],
  ): boolean {
    const made = script === undefined ? undefined : this.#made.get(sameness(id, script, on))
    return (
      made !== undefined &&
      // What is made within a directory leaves the directory what it is.
      queries.every((query) => this.#those(query, isOfItsSubject(query) ? 'no deeper' : 'all').last <= made)
    )
  }

  /** The first that may falsify an answer to any of these. */
  disturber(queries: readonly Query<unknown>[]): Pending | undefined {
    const everything = queries.length > 0 ? this.#everything.first : nobody.first
    return this.#all[Math.min(everything, ...queries.map((query) => this.#those(query).first))]
  }

  /** Those that say that they alter what this asks about. */
  #those({ about, on }: Query<unknown>, how: 'all' | 'no deeper' = 'all'): Span {
    const tokens = this.#byHost.get(on)
    if (!tokens) return nobody
    return about
      .flatMap((one) => [
        tokens.all,
        one === '*' ? tokens.any : nobody,
        tokens.exact.get(one) ?? nobody,
        how === 'all' ? (tokens.above.get(one) ?? nobody) : nobody,
        ...placesAbove(one).map((place) => tokens.exact.get(place) ?? nobody),
      ])
      .reduce(both, nobody)
  }
}

/** Is it about one place, and not about all that is below it? */
function isOfItsSubject({ about, subject }: Query<unknown>): boolean {
  return about.length === 1 && about[0] === `file:${subject}`
}

function both(one: Span, other: Span): Span {
  return { first: Math.min(one.first, other.first), last: Math.max(one.last, other.last) }
}

/** With one more, which is the last. */
function until({ first }: Span, number: number): Span {
  return { first: Math.min(first, number), last: number }
}

function note(spans: Map<string, Span>, key: string, number: number): void {
  spans.set(key, until(spans.get(key) ?? nobody, number))
}

/** Paths above a token, with a slash at their end and without. */
function placesAbove(token: string): readonly string[] {
  const places: string[] = []
  for (let at = token.indexOf('/'); at >= 0; at = token.indexOf('/', at + 1)) {
    places.push(token.slice(0, at))
    if (at + 1 < token.length) places.push(token.slice(0, at + 1))
  }
  return places
}

function sameness(id: ResourceId, script: Change['script'], on = ''): string {
  return JSON.stringify([id, on, script])
}
