import type { Change } from '../model/change.ts'
import type { Failure } from '../model/failure.ts'
import type { Step } from '../model/plan.ts'
import type { FormerEnd } from '../model/progress.ts'
import type { Registered, Resource, ResourceId } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import type { Expansion, Handler, Knowledge, Task } from '../model/task.ts'
import type { Answers } from '../shell/questions.ts'
import type { Meeting } from './meeting.ts'
import type { Moment } from './moments.ts'

/** One play's tasks for the host that is planned. */
export interface PlayTasks {
  readonly play: string
  readonly tasks: readonly Task[]
  readonly handlers?: readonly Handler[]
  readonly forceHandlers?: boolean
}

/** The same plays, of which those up to this one have nothing to do any more. */
export function leftOut(plays: readonly PlayTasks[], last: number): readonly PlayTasks[] {
  return plays.map((play, index) => (index > last ? play : { ...play, tasks: [], handlers: [] }))
}

/** What came of a step that this run has carried out. */
export interface Outcome {
  readonly result: Registered
  readonly disturbs: Change['disturbs']
  /** What was asked to decide on it. */
  readonly queries: Queries
  /** It failed, and nothing says that this is to be ignored. */
  readonly failure?: Failure
  /** It is to be tried again. */
  readonly again?: Change
}

/** What was decided of a task, and what came of it where that is known. */
export interface Memory {
  /** Absent where only what came of it is known, from before the run was cut off. */
  readonly expansion?: Expansion
  readonly result: Registered | undefined
  /** Why it failed, where it did. */
  readonly failure?: Failure
}

/** What a plan rests on: answers of the host, facts of all, and what this run already did here. */
export interface PlanInput {
  readonly host: string
  readonly plays: readonly PlayTasks[]
  readonly known: Pick<Knowledge, 'facts'>
  /** What another host of the run knew at that place; nothing of one that takes no part in it. */
  readonly others?: (host: string, key: string) => Knowledge | undefined
  readonly answers: Answers
  /** Keys of the steps this run has carried out, and how often. */
  readonly done: ReadonlyMap<string, number>
  /** What came of them, in the order in which they were carried out. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** Keys of changes that somebody wanted to be left out. */
  readonly leftOut?: ReadonlySet<string>
  /** Why it cannot be reached, where its tasks may ignore that. */
  readonly unreachable?: Failure | undefined
  /** Where it stands where it meets the other hosts. */
  readonly meetings: {
    at(key: string, host: string): Meeting
    isOpen(key: string, host: string): boolean
    /** Has an earlier wave of the play ended it for all? */
    isOver(play: number, host: string): boolean
  }
  /** The last play, of which it is known that what failed in it ends nothing; -1: none. */
  readonly forgiven: number
  /** How often the steps were tried that are tried until something holds. */
  readonly tries: ReadonlyMap<string, number>
  /** How a step ended before this run was cut off, where it goes on. */
  readonly endOf?: (key: string, id: ResourceId) => FormerEnd | undefined
  /** What was decided in earlier rounds, and stays. */
  readonly memories: ReadonlyMap<string, Memory>
  /** Handlers that an earlier run was told to run, and did not get to. */
  readonly kept: readonly string[]
}

/** A step with its place in the plan, by which the engine knows it again in the next round. */
export interface PlacedStep {
  readonly key: string
  /** Index into `PlanInput.plays`. */
  readonly play: number
  readonly step: Step
  /** Handlers that the host notes before the step is carried out, and forgets after. */
  readonly notes?: readonly string[]
  readonly forgets?: readonly string[]
  /** Seconds to wait before it: it was tried already. */
  readonly wait?: number
  /** It changes nothing; the question is to be asked again. */
  readonly asksAgain?: true
  /** Later tasks read what came of it. */
  readonly registers?: true
  /** Neither it nor anything behind it is sent before others have come so far. */
  readonly held?: true
}

/** A task of which later ones rest on what is decided now. */
export interface Memorable extends Memory {
  readonly key: string
  readonly play: number
  readonly task: Task
  readonly expansion: Expansion
  /** All before it is done. */
  readonly reached: boolean
}

/** A host's plan as the engine needs it. */
export interface HostPlanning {
  readonly steps: readonly PlacedStep[]
  /** Resources whose questions must be asked before more can be said. */
  readonly unasked: readonly Resource[]
  /** What was known on the way. */
  readonly moments: readonly Moment[]
  /** What stands before the first step that has to wait. */
  readonly memorable: readonly Memorable[]
  /** Why the host is not to go on once the settled changes are made, and in which play. */
  readonly failure?: { readonly failure: Failure; readonly play: number; readonly fatal?: boolean }
  /** A task of it ignores that the host cannot be reached. */
  readonly bears: boolean
  /** Tasks that run once for all, to which it comes. */
  readonly meets: readonly string[]
  /** The place at which it waits for the others, once all before it is done. */
  readonly standing?: { readonly key: string; readonly play: number }
}

/** What the steps of a plan are about. */
export function resourcesOf({ steps }: HostPlanning): readonly Resource[] {
  return steps.flatMap(({ step }) => (step.resource ? [step.resource] : []))
}
