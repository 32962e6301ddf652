/** All subsets of so many at most, the smaller ones first. */
export function* subsets<Thing>(things: readonly Thing[], most: number): Generator<readonly Thing[]> {
  for (let size = 0; size <= most; size++) yield* chosen(things, size)
}

/** How many of these there are of so many things. */
export function subsetsOf(things: number, most: number): number {
  let [sum, ofSize] = [1, 1]
  for (let size = 1; size <= Math.min(most, things); size++) {
    ofSize *= (things - size + 1) / size
    sum += ofSize
  }
  return Math.round(sum)
}

function* chosen<Thing>(things: readonly Thing[], size: number): Generator<readonly Thing[]> {
  if (size === 0) return yield []
  for (let first = 0; first <= things.length - size; first++)
    for (const others of chosen(things.slice(first + 1), size - 1)) yield [things[first] as Thing, ...others]
}
