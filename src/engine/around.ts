import type { Deeds } from './carried.ts'
import type { Delegates } from './delegates.ts'
import type { Keeping } from './keeping.ts'
import type { Meetings } from './meetings.ts'
import type { PlanInput } from './planning.ts'
import type { Recording } from './recording.ts'
import type { SameAnswers } from './same-answers.ts'

/** What the hosts of a run have in common. */
export interface Around extends Pick<PlanInput, 'others'> {
  readonly meetings: Meetings
  readonly sameAnswers: SameAnswers
  readonly delegates: () => Delegates
  /** Say also which programs hosts are sent. */
  readonly tells: boolean
  readonly deeds: Deeds
  /** What is wanted rests on which versions of programs hosts have. */
  readonly versions: boolean
  /** Absent: machines keep nothing of what was there before. */
  readonly keeping?: Keeping | undefined
  /** Absent: machines do not record how far the run came. */
  readonly recording?: Recording | undefined
}
