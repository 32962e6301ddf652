import type { Origin } from '../../model/origin.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Kind } from '../../resources/bind.ts'

/** A role as one play uses it. */
export interface Role {
  readonly name: string
  readonly directory: string
  /** Weakest of all variables. */
  readonly defaults?: Sourced
  /** Stronger than those of the play. */
  readonly vars?: Sourced
  /** What the play gives to this use of it. */
  readonly given?: Sourced
}

/** What tasks inherit from the play, role and blocks around them; later entries of lists are nearer. */
export interface Inherited {
  readonly conditions: readonly Sourced[]
  readonly tags: readonly string[]
  readonly vars: readonly Sourced[]
  readonly environment: readonly Sourced[]
  readonly become: boolean
  readonly becomeUser?: Sourced
  readonly noLog: boolean
  readonly ignoreErrors: boolean
  readonly role?: Role
}

/** Repeats a task for each item of a list. */
export interface Loop {
  readonly items: Sourced
  readonly variable: string
}

/** One task as written, with all it inherits, before any host is looked at. */
export interface TaskSpec extends Inherited {
  readonly name?: Sourced
  readonly origin: Origin
  readonly kind: Kind
  /** A mapping wherever the kind can be given as one. */
  readonly parameters: Sourced
  readonly loop?: Loop
  readonly register?: string
  /** Folders where files and templates are looked for, nearest first. */
  readonly playbookDirectory: string
}

/** One play as written. */
export interface PlaySpec {
  readonly name: string
  readonly origin: Origin
  readonly hosts: Sourced
  readonly order?: Order
  /** Sizes of waves in hosts or, with `%`, in shares of all; the last one repeats. */
  readonly serial?: readonly (number | string)[]
  readonly become: boolean
  readonly vars: readonly Sourced[]
  readonly tasks: readonly TaskSpec[]
}

/** In which order hosts of a play come. */
export type Order = 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted'
