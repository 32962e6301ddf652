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
}
