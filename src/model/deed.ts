/** Who does what to machines, in one run of ours; each machine's journal keeps it. */
export interface Deed {
  /** Eight letters and digits, the same on all machines of a run. */
  readonly run: string
  /** `user@computer` where the run was started. */
  readonly by: string
  /** Such as `apply`, or `drill cable-pulled`. */
  readonly did: string
}

/** A deed as a machine remembers it. */
export interface RememberedDeed extends Deed {
  /** Milliseconds since the epoch, by the machine's clock. */
  readonly at: number
  /** Kinds of things that were changed. */
  readonly kinds: string
}

/** The beginning of a line of the journal; the kinds of things follow. */
export function writtenDeed({ run, by, did }: Deed): string {
  return JSON.stringify({ run, by, did })
}

/** What a line of the journal tells; `undefined` where it is none of ours. */
export function readDeed(line: string, at: number): RememberedDeed | undefined {
  const [, text = '', kinds = ''] = /^(\{.*?\}) (.*)$/s.exec(line) ?? []
  const deed = deedIn(text)
  return deed && { ...deed, at, kinds }
}

/** The deed that was written so; `undefined` where it was none. */
export function deedIn(written: string): Deed | undefined {
  try {
    const { run, by, did } = JSON.parse(written) as Partial<Record<keyof Deed, unknown>>
    if (typeof run !== 'string' || typeof by !== 'string' || typeof did !== 'string') return undefined
    return { run, by, did }
  } catch {
    return undefined
  }
}
