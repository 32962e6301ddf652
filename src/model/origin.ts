/** Where something a user wrote stands; line and column count from 1. */
export interface Origin {
  readonly file: string
  readonly line: number
  readonly col: number
}

/** `file:line:col`, the form editors and terminals turn into a link. */
export function showOrigin(origin: Origin): string {
  return `${origin.file}:${origin.line}:${origin.col}`
}
