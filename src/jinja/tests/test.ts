import type { Runtime } from '../runtime.ts'

/** What a template asks of a value with `is`. */
export interface Test {
  /** As `bound` takes them. */
  readonly parameters: string
  /** How it differs from Ansible's, where it does. */
  readonly differs?: string
  /** It minds no value that is not defined. */
  readonly mindsNothing?: true
  holds(value: unknown, given: readonly unknown[], run: Runtime): boolean
}

/** Tests by their names. */
export type Tests = Readonly<Record<string, Test>>
