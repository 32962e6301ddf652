import type { Registered } from './resource.ts'

/** How a step ended, as its machine recorded it. */
export interface EndedStep {
  /** Where it stands among the tasks of its host. */
  readonly key: string
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** It changes nothing where it goes well. */
  readonly changesNothing: boolean
}

/** How a step ended before the run was cut off. */
export interface FormerEnd extends EndedStep {
  /** Where it failed, the run had gone on with what its block has for that. */
  readonly wasRescued: boolean
}

/** What a host answered to a task that only asks. */
export interface Answered<Result = Registered> {
  readonly host: string
  /** The place of the task among those of the host. */
  readonly key: string
  readonly result: Result
}

/** How far the last run came on a machine. */
export interface Progress {
  /** Its name: eight letters and digits. */
  readonly run: string
  /** What was asked for, as the run wrote it. */
  readonly asked: string
  /** Nothing of it is left to do. */
  readonly isOver: boolean
  /** Steps that ended, by their places: see `placeOf` of the engine. */
  readonly ended: ReadonlyMap<string, EndedStep>
  readonly answered: readonly Answered[]
  /** Sums of the files of the controller that it had read, by their names. */
  readonly files: ReadonlyMap<string, string>
}
