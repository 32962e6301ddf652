import type { Origin } from './origin.ts'

/** What a rule of `understudy lint` says of itself. */
export interface Explained {
  /** An error keeps a run from beginning; a warning is shown, and may be meant. */
  readonly severity: 'error' | 'warning'
  /** One sentence: what would happen otherwise. */
  readonly reason: string
  /** Where that can be read. */
  readonly source: string
}

/** Rules about one thing by their ids, which begin with its name. */
export type ExplainedFamily<Name extends string, Rule extends Explained = Explained> = Readonly<
  Record<`${Name}-${string}`, Rule>
>

/** The one right answer to what stands at a place, where there is one: `lint --fix` writes it. */
export type Fix =
  /** The key there, or the value, is to be this. */
  | { readonly is: 'key' | 'value'; readonly to: string }
  /** The key there with its value, or the innermost item of a list that the place is in, is there already. */
  | { readonly is: 'no-key' | 'no-item' }
  /** The comment there says nothing. */
  | { readonly is: 'comment' }

/** Something that is doubtful but no error. */
export interface Warning {
  /** Id of the rule that found it. */
  readonly rule?: string | undefined
  readonly message: string
  /** What to do about it. */
  readonly next?: string | undefined
  readonly origin?: Origin
  readonly fix?: Fix | undefined
}

/** A warning and what to do about it, as one sentence. */
export function warningText({ message, next }: Warning): string {
  return next === undefined ? message : `${message}: ${next}`
}

/** What `lint` has found, wrong or doubtful. */
export interface Finding extends Warning {
  readonly severity: Explained['severity']
  /** Why it is meant, where a comment says so: then it is no more than noted. */
  readonly ignored?: string
}
