/** What is remembered of the last drills of a cluster. */
export interface DrillRecord {
  /** When the last of them began: milliseconds since the epoch. */
  readonly at: number
  readonly drills: readonly {
    readonly name: string
    readonly at: number
    /** Milliseconds. */
    readonly outage: number
    readonly bound: number
    readonly passed: boolean
  }[]
}
