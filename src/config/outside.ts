/** Counts what is read of this computer while values are computed: its files, its clock, chance. The next time it may be another. */
export interface Outside {
  readonly times: number
  note(): void
}

/** Nothing was read yet. */
export function createOutside(): Outside {
  let times = 0
  return {
    get times() {
      return times
    },
    note: () => {
      times += 1
    },
  }
}
