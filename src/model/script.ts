declare const brand: unique symbol

/** POSIX sh whose every interpolated value is quoted. Only `shell/` makes one. */
export type Script = string & { readonly [brand]: 'Script' }

/**
 * A whole program for one host, sent on the standard input of `sh -s` in one trip. `nonce` marks its frames,
 * so that nothing a host prints by itself can be mistaken for one.
 */
export interface Program {
  readonly script: Script
  readonly nonce: string
  /** What it asks, by the names of the sensors, and what it does: a host that is silent is told with these words. */
  readonly asks: readonly string[]
  readonly steps: readonly ProgramStep[]
  /** Its steps are carried out also by a run that has lost the machine's lock to another one. */
  readonly regardless: boolean
}

/** One step of a program, for whoever waits for it. */
export interface ProgramStep {
  readonly title: string
  /** It may take as long as a package manager or a command of the user's takes. */
  readonly long: boolean
}
