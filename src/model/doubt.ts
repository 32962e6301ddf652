/** A figure in whole milliseconds with what it may be wrong by; that never is rounded down to nothing. */
export function withDoubt(milliseconds: number, doubt: number): string {
  return `${Math.round(milliseconds)} ± ${Math.ceil(doubt)} ms`
}
