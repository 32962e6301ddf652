import type { Change } from '../model/change.ts'
import type { ResourceId } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'

/** A change that comes earlier in the same plan. */
export interface Pending {
  readonly id: ResourceId
  readonly disturbs: Change['disturbs']
  /** The host it alters, where it is another one than whose task it is. */
  readonly on?: string | undefined
}

/** What changes of one host disturb, by the tokens of what they name; each with the number of the first that does. */
interface Tokens {
  readonly exact: Map<string, number>
  /** What stands above a token that is disturbed. */
  readonly above: Map<string, number>
  /** The first that says `*`, and the first that says anything. */
  all: number
  any: number
}

const nobody = Number.POSITIVE_INFINITY

/**
 * Changes that come earlier in a plan, found by what they disturb: looking at each of them for each step would take the
 * square of a playbook's length.
 */
export class Pendings {
  readonly #all: Pending[] = []
  readonly #byHost = new Map<string | undefined, Tokens>()
  #everything = nobody

  add(pending: Pending): void {
    const number = this.#all.push(pending) - 1
    const { disturbs, on } = pending
    if (disturbs === 'everything') {
      this.#everything = Math.min(this.#everything, number)
      return
    }
    const tokens = this.#byHost.get(on) ?? { exact: new Map(), above: new Map(), all: nobody, any: nobody }
    this.#byHost.set(on, tokens)
    for (const token of disturbs) {
      if (token === '*') tokens.all = Math.min(tokens.all, number)
      tokens.any = Math.min(tokens.any, number)
      note(tokens.exact, token, number)
      for (const place of placesAbove(token)) note(tokens.above, place, number)
    }
  }

  /** Does one of them say that it alters what this asks about? */
  touches(query: Query<unknown>): boolean {
    return this.#first(query) < nobody
  }

  /** The first that may falsify an answer to any of these. */
  disturber(queries: readonly Query<unknown>[]): Pending | undefined {
    const everything = queries.length > 0 ? this.#everything : nobody
    return this.#all[Math.min(everything, ...queries.map((query) => this.#first(query)))]
  }

  #first({ about, on }: Query<unknown>): number {
    const tokens = this.#byHost.get(on)
    if (!tokens) return nobody
    return Math.min(
      ...about.map((one) =>
        Math.min(
          tokens.all,
          one === '*' ? tokens.any : nobody,
          tokens.exact.get(one) ?? nobody,
          tokens.above.get(one) ?? nobody,
          ...placesAbove(one).map((place) => tokens.exact.get(place) ?? nobody),
        ),
      ),
    )
  }
}

function note(numbers: Map<string, number>, key: string, number: number): void {
  if (!numbers.has(key)) numbers.set(key, number)
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
