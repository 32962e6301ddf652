/** A version of an application that is to serve on a realserver, in the place of another. */
export interface VersionChange {
  readonly application: string
  readonly from: string
  readonly to: string
}

/** What became of a realserver in a deployment. */
export type DeployOutcome =
  /** It serves what it was to. */
  | 'changed'
  /** It did so already. */
  | 'unchanged'
  /** The new version was not well: the one before serves again. */
  | 'went-back'
  | 'failed'
  /** Its turn did not come. */
  | 'not-begun'

/** What a deployment tells the world while it happens. */
export type DeployEvent =
  | { readonly is: 'deploy-warning'; readonly message: string }
  | {
      /** What is to be done, in this order; realservers without changes are not named. */
      readonly is: 'deploy-planned'
      readonly cluster: string
      readonly hosts: readonly { readonly host: string; readonly changes: readonly VersionChange[] }[]
    }
  | {
      readonly is: 'deploy-step'
      readonly host: string
      readonly step:
        | 'staged'
        | 'drained'
        | 'not-drained'
        | 'changed'
        | 'back'
        | 'left-out'
        | 'went-back'
        | 'failed'
      readonly seconds: number
      /** What more is to be said of it. */
      readonly told: string
    }
  | { readonly is: 'deploy-finished'; readonly seconds: number }
