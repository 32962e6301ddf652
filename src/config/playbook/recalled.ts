import { SeenMap, SeenSet } from '../../model/seen.ts'
import type { Expansion, Knowledge, Task, Told } from '../../model/task.ts'
import type { Outside } from '../outside.ts'

/**
 * The same computation, which is made anew only where something that it read has changed since: a run plans after every
 * trip, and most of its tasks are what they were. What reads this computer is always computed anew. What an expansion
 * reads only when it is carried out, such as in `changed_when`, it reads of what is known by then.
 */
export function recalled(
  compute: (known: Knowledge) => Expansion,
  outside: Outside,
): Pick<Required<Task>, 'expand' | 'forget'> {
  let last: { readonly witness: Witness; readonly expansion: Expansion } | undefined
  return {
    expand: (known) => {
      if (last?.witness.holds(known)) {
        last.witness.follow(known)
        return last.expansion
      }
      last = undefined
      const before = outside.times
      const witness = witnessOf(known)
      const expansion = compute(witness.seen)
      if (outside.times === before) last = { witness, expansion }
      return expansion
    },
    forget: () => {
      // What it brought in may be remembered by the run, and then stays.
      if (last?.expansion.is === 'tasks') forgetAll(last.expansion)
      last = undefined
    },
  }
}

/** Has all tasks of a block, or that an include brought in, let go of what they have computed. */
export function forgetAll({
  tasks,
  rescue,
  always,
  handlers,
}: Omit<Extract<Expansion, { is: 'tasks' }>, 'is'>): void {
  for (const of of [tasks, rescue, always, handlers?.map(({ task }) => task)])
    for (const task of of ?? []) task.forget?.()
}

/** Something that stands for what it follows, and has noted what was read of it. */
interface Follower<T> {
  /** Would all that was read be the same in this one? */
  holds(now: T): boolean
  /** What is read later is read of this one. */
  follow(now: T): void
}

interface Witness extends Follower<Knowledge> {
  /** What is known, for whoever is to be watched reading it. */
  readonly seen: Knowledge
}

function witnessOf(known: Knowledge): Witness {
  const facts = new SeenMap(known.facts)
  const registered = new SeenMap(known.registered)
  const assigned = new SeenMap(known.assigned ?? nothing)
  const included = new SeenMap(known.included ?? nothing)
  const cached = new SeenMap(known.cached ?? nothing)
  const told = new SeenMap<Told>(known.told ?? nothing)
  const coming = known.coming && new SeenSet(known.coming)
  const others = known.others && witnessOfOthers(known.others)
  return {
    seen: {
      facts,
      registered,
      assigned,
      included,
      cached,
      told,
      ...(coming ? { coming } : {}),
      ...(others ? { others: others.seen } : {}),
    },
    holds: (now) =>
      facts.holds(now.facts) &&
      registered.holds(now.registered) &&
      assigned.holds(now.assigned ?? nothing) &&
      included.holds(now.included ?? nothing) &&
      cached.holds(now.cached ?? nothing) &&
      told.holds(now.told ?? nothing) &&
      holdsFor(coming, now.coming) &&
      holdsFor(others, now.others),
    follow: (now) => {
      facts.follow(now.facts)
      registered.follow(now.registered)
      assigned.follow(now.assigned ?? nothing)
      included.follow(now.included ?? nothing)
      cached.follow(now.cached ?? nothing)
      told.follow(now.told ?? nothing)
      if (now.coming) coming?.follow(now.coming)
      if (now.others) others?.follow(now.others)
    },
  }
}

/** What is not said of what is known is as if nothing was in it. */
const nothing: ReadonlyMap<string, never> = new Map<string, never>()

type Others = NonNullable<Knowledge['others']>

function witnessOfOthers(first: Others): Follower<Others> & { readonly seen: Others } {
  let others = first
  const asked = new Map<string, Witness | undefined>()
  return {
    seen: (host) => {
      if (!asked.has(host)) {
        const known = others(host)
        asked.set(host, known && witnessOf(known))
      }
      return asked.get(host)?.seen
    },
    holds: (now) => [...asked].every(([host, its]) => holdsFor(its, now(host))),
    follow: (now) => {
      others = now
      for (const [host, its] of asked) {
        const known = now(host)
        if (known) its?.follow(known)
      }
    },
  }
}

/** Is a part there before and now, with the same in it as far as it was read, or neither time? */
function holdsFor<T>(before: Follower<T> | undefined, now: T | undefined): boolean {
  if (before === undefined || now === undefined) return before === undefined && now === undefined
  return before.holds(now)
}
