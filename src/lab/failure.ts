import { Failure } from '../model/failure.ts'

/** An expected failure of the lab: what went wrong, what the user can do next, what a program said. */
export class LabFailure extends Failure {
  constructor(
    message: string,
    hint?: string,
    detail: { readonly output?: string; readonly cause?: unknown } = {},
  ) {
    super('LAB_FAILED', message, { next: hint, ...detail })
    this.name = 'LabFailure'
  }

  /** One sentence telling the user what to do next. */
  get hint(): string | undefined {
    return this.next
  }
}
