import type { Failure } from '../model/failure.ts'
import type { Observed } from './observe.ts'

/** What was seen of a cluster in one round. A member that could not be asked has its failure instead. */
export interface Sightings {
  readonly members: ReadonlyMap<string, Observed | Failure>
  /** Members that their own network does not hear: these are not slow, they are off. */
  readonly off: ReadonlySet<string>
  /** The machine that looked from outside; `undefined`: this computer. */
  readonly observer: string | undefined
  readonly outside: Observed | Failure
  /** Directors that asked the realservers past the balancer, at the same time. */
  readonly atDirectors: ReadonlyMap<string, Observed | Failure>
}
