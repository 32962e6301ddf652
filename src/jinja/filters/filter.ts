import type { Runtime } from '../runtime.ts'

/** What a template does to a value with `|`. */
export interface Filter {
  /** As `bound` takes them. */
  readonly parameters: string
  /** How it differs from Ansible's, where it does. */
  readonly differs?: string
  /** It minds neither a value nor arguments that are not defined. */
  readonly mindsNothing?: true
  call(value: unknown, given: readonly unknown[], run: Runtime): unknown
}

/** Filters by their names. */
export type Filters = Readonly<Record<string, Filter>>
