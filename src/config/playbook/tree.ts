import type { Entry, TaskSpec } from './spec.ts'

/** Every entry of a list of tasks, those in its blocks included; not those that are brought in when their turn comes. */
export function specsIn(entries: readonly Entry[]): readonly Entry[] {
  return entries.flatMap((entry) => {
    if (!('is' in entry) || entry.is !== 'block') return [entry]
    const { tasks, rescue = [], always = [] } = entry
    return [entry, ...specsIn([...tasks, ...rescue, ...always])]
  })
}

/** Those of them that ask for something a host is to have. */
export function tasksIn(entries: readonly Entry[]): readonly TaskSpec[] {
  return specsIn(entries).filter((entry): entry is TaskSpec => !('is' in entry))
}
