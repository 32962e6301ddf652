import type { Runtime } from './runtime.ts'

/** A method of Python's that templates call. */
export interface Method<Value> {
  /** As `bound` takes them. */
  readonly parameters: string
  /** It changes the value itself. */
  readonly changes?: true
  call(value: Value, given: readonly unknown[], run: Runtime): unknown
}
