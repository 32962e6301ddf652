import type { Origin } from './origin.ts'

/** A variable that a task read. */
export interface ReadVariable {
  readonly name: string
  /** Where it has its value; absent where that was found or computed by the run itself, as facts are. */
  readonly origin?: Origin
  /** Its value as it is written, where that is one word or number and no secret. */
  readonly value?: string
}
