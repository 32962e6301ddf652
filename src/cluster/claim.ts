/** Requests on a port that are for one of its services, by what is asked for. */
export interface Claim {
  /** In small letters; `*.` and an ending stands for all that end so. Absent: by whatever name. */
  readonly host?: string
  /** And all below it, unless it is exact. */
  readonly path: string
  readonly exact: boolean
  /** Absent: with whatever headers. */
  readonly header?: { readonly name: string; readonly value?: string }
}
