import type { Facts } from '../model/facts.ts'
import { SeenMap } from '../model/seen.ts'
import { planHost } from './plan.ts'
import type { HostPlanning, PlanInput } from './planning.ts'

interface Last {
  readonly input: PlanInput
  readonly facts: SeenMap<Facts>
  readonly rest: Rest
  planning: HostPlanning
  /** It rests on this host alone. What is carried out later may still look at others. */
  isAlone: boolean
}

/** What else a plan rests on: how far the host, and the whole run, had come. */
type Rest = readonly [memories: number, deeds: number, ...over: boolean[]]

/**
 * A host's plan, made anew only where something that it rests on has changed since: the host is asked for its plan several
 * times after each trip, and most often nothing has. One that rests on what other hosts know is made anew each time.
 */
export class Planned {
  /** A plan of it has looked at what other hosts know. */
  consults = false
  #last: Last | undefined

  /**
   * Lets go of all that the last plan was made of where it has nothing to do and rests on this host alone, and gives what is left of
   * it: most of what a run keeps of a host is what its tasks came to. It is made anew where something changes after all.
   */
  atRest(planning: HostPlanning): HostPlanning {
    const last = this.#last
    if (last?.planning !== planning || !last.isAlone || !hasNothingToDo(planning)) return planning
    for (const { tasks, handlers = [] } of last.input.plays)
      for (const task of [...tasks, ...handlers.map(({ task }) => task)]) task.forget?.()
    const steps = planning.steps.map(({ step: { resource: _, ...step }, ...placed }) => ({ ...placed, step }))
    last.planning = { ...planning, steps }
    return last.planning
  }

  /** `deeds`: how often anything was carried out on any host, which may be what this one reads on this computer. */
  of(input: PlanInput, deeds: number): HostPlanning {
    const rest: Rest = [
      input.memories.size,
      deeds,
      ...input.plays.map((_, play) => input.meetings.isOver(play, input.host)),
    ]
    if (this.#last?.isAlone && holds(this.#last, input, rest)) {
      this.#last.facts.follow(input.known.facts)
      return this.#last.planning
    }
    this.#last = undefined
    const made = { isAlone: true }
    const facts = new SeenMap(input.known.facts)
    const { others, meetings } = input
    const planning = planHost({
      ...input,
      known: { facts },
      ...(others && {
        others: (host, key) => {
          made.isAlone = false
          this.consults = true
          return others(host, key)
        },
      }),
      meetings: {
        isOver: (play, host) => meetings.isOver(play, host),
        at: (key, host) => {
          made.isAlone = false
          return meetings.at(key, host)
        },
        isOpen: (key, host) => {
          made.isAlone = false
          return meetings.isOpen(key, host)
        },
      },
    })
    this.#last = Object.assign(made, { input, facts, rest, planning })
    return planning
  }
}

function hasNothingToDo({ steps, unasked, meets, standing, failure }: HostPlanning): boolean {
  return (
    unasked.length === 0 &&
    meets.length === 0 &&
    standing === undefined &&
    failure === undefined &&
    steps.every(({ step: { verdict } }) => verdict.is === 'converged' || verdict.is === 'skipped')
  )
}

function holds(last: Last, now: PlanInput, rest: Rest): boolean {
  const { input } = last
  return (
    input.plays === now.plays &&
    input.answers === now.answers &&
    input.unreachable === now.unreachable &&
    input.kept === now.kept &&
    input.forgiven === now.forgiven &&
    last.rest.every((one, index) => one === rest[index]) &&
    last.facts.holds(now.known.facts)
  )
}
