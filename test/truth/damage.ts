/** Something that people or their other tools do to a machine of a cluster that stands. */
export interface Damage {
  /** In a few words, as the row of a table. */
  readonly is: string
  /** The machine; in the words of `places`. */
  readonly on: Place
  /** A shell script that does it, run by root. */
  readonly by: string
  /** Steps of the plan for that machine, by their ids; a `*` stands for anything. Empty: the plan sees nothing. */
  readonly plan: readonly string[]
  /** Whether a proof fails while it lasts. */
  readonly verify: 'fails' | 'holds'
  /** What undoing it leaves, as it is somebody's own and does no harm any more: a shell script that removes it. */
  readonly leaves?: string
  /** Undone by `apply`, unless it refuses to. */
  readonly refused?: Refusal
}

export interface Refusal {
  /** A part of what plan and apply say. */
  readonly words: string
  /** A shell script: what a person does then; `apply` heals the rest. */
  readonly remedy: string
}

/** Machines by their parts in the cluster. */
export const places = {
  master: 'the director that holds the VIP',
  backup: 'the director that does not',
  realserver: 'a realserver',
} as const
export type Place = keyof typeof places

/** A damage that `apply` undoes. */
export function healed(
  on: Place,
  is: string,
  by: string,
  plan: readonly string[],
  verify: Damage['verify'],
): Damage {
  return { is, on, by, plan, verify }
}

/** A damage that is refused in words, until somebody decides. */
export function refused(
  on: Place,
  is: string,
  by: string,
  { plan, verify, ...refusal }: Pick<Damage, 'plan' | 'verify'> & Refusal,
): Damage {
  return { is, on, by, plan, verify, refused: refusal }
}
