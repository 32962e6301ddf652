import type { Script } from './script.ts'
import type { Upload } from './upload.ts'

/**
 * Questions that one shell fragment answers for many subjects at once. Implementations live in `sensors/`.
 * Every subject gets a reading: absence is a value, not an error.
 */
export interface Sensor<Reading> {
  readonly name: string
  /** Its time goes into waiting for other machines: it is asked beside the others, not before them. */
  readonly waits?: true
  /** Contents that its fragment finds at `$us_up_<name>`. */
  readonly uploads?: readonly Upload[]
  /** A read-only fragment that answers for all subjects, by index. */
  ask(subjects: readonly string[]): Script
  /** Reads that fragment's output; the map holds every subject. */
  read(output: string, subjects: readonly string[]): ReadonlyMap<string, Reading>
}

/** One question: a sensor and a subject. */
export interface Query<Reading> {
  readonly sensor: Sensor<Reading>
  readonly subject: string
  /**
   * What the answer depends on, such as `file:/etc/nginx` or `unit:nginx`, or `*` where nobody knows; compared
   * with `Change.disturbs`.
   */
  readonly about: readonly string[]
  /** The host that is asked, where it is another one than whose task it is. */
  readonly on?: string
}

export type Queries = Readonly<Record<string, Query<unknown>>>

/** The answers to a set of queries, under the same names. */
export type Readings<Asked extends Queries> = {
  readonly [Name in keyof Asked]: Asked[Name] extends Query<infer Reading> ? Reading : never
}

/** One string for one question, so that the same question from two resources is asked once. */
export function queryKey(query: Query<unknown>): string {
  return `${query.on === undefined ? '' : `@${query.on} `}${query.sensor.name} ${query.subject}`
}

/** Does a change that disturbs what these tokens name falsify the answer to a question? */
export function affects(tokens: readonly string[], { about }: Query<unknown>): boolean {
  return tokens.some((token) => about.some((one) => overlaps(token, one)))
}

/** Does a change to `a` falsify what is known of `b`? Either may be a path above the other, or `*` for all. */
export function overlaps(a: string, b: string): boolean {
  if (a === '*' || b === '*') return true
  return a === b || a.startsWith(b.endsWith('/') ? b : `${b}/`) || b.startsWith(a.endsWith('/') ? a : `${a}/`)
}
