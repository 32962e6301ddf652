interface Due {
  readonly at: number
  readonly of: number
}

/** Who is next: a heap of times at which something is due, the earliest first, and of equal ones that of the lowest number. */
export class Dues {
  readonly #heap: Due[] = []

  /** Something is due; what was noted of the same one before stays, and is for the reader to tell from what counts. */
  add(at: number, of: number): void {
    const heap = this.#heap
    const due = { at, of }
    let place = heap.length
    heap.push(due)
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent]
      if (!above || !isBefore(due, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = due
  }

  /** The earliest that counts; what does not is forgotten. */
  first(counts: (due: Due) => boolean): Due | undefined {
    for (let [top] = this.#heap; top; [top] = this.#heap) {
      if (counts(top)) return top
      this.#removeFirst()
    }
    return undefined
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [one, other] = [heap[left], heap[left + 1]]
      const least = one && other && isBefore(other, one) ? left + 1 : left
      const below = heap[least]
      if (!below || !isBefore(below, last)) break
      heap[place] = below
      place = least
    }
    heap[place] = last
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.of < other.of)
}
