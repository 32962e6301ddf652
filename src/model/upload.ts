/** A content too large for the program itself; it is uploaded first and the script finds it at `$us_up_<name>`. */
export type Upload = {
  /** Lower-case letters, digits and underscores. */
  readonly name: string
} & (
  | { readonly content: Uint8Array }
  /** It is brought from a machine first. */
  | { readonly from: Fetched }
) & {
    /** It stays on the host until the run ends there: many need the same content, which is sent once. */
    readonly kept?: true
  }

/** A file of a machine that is brought to another place. */
export interface Fetched {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /** The machine, where it is another one than whose task it is. */
  readonly on?: string
}
