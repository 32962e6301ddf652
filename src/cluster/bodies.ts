/** How many bytes that is; `k`, `m` and `g` as nginx means them. */
export function bytesOf(size: string): number {
  const power = 'kmg'.indexOf(size.slice(-1)) + 1
  return Number.parseInt(size, 10) * 1024 ** power
}

/** The largest of some sizes, of which one that nobody says has no bound: `0`. */
export function largestOf(sizes: readonly (string | undefined)[]): string {
  const bound = sizes.filter((size) => size !== undefined)
  if (bound.length < sizes.length) return '0'
  return bound.toSorted((one, other) => bytesOf(other) - bytesOf(one))[0] ?? '0'
}
