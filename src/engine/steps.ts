import { isOpen, type Step, sendableIn, type Verdict } from '../model/plan.ts'
import type { Resource, ResourceId } from '../model/resource.ts'
import { queryKey } from '../model/sensor.ts'
import type { Handler, Task } from '../model/task.ts'
import { type NotesReading, notesQuery } from '../sensors/notes.ts'
import { forgetting, nothingToAsk } from './forgetting.ts'
import type { Judged } from './item.ts'
import { pendingOf } from './judge.ts'
import { Pendings } from './pendings.ts'
import type { HostPlanning, PlacedStep, PlanInput } from './planning.ts'

/** The steps of a plan in their order, and what the earlier ones mean for the later ones. */
export class Steps {
  readonly all: PlacedStep[] = []
  readonly unasked: Resource[] = []
  readonly pending = new Pendings()
  /** Something before has to wait, or to be judged: nothing after it is settled. */
  barrier = false
  /** Something before is still to be done, or to be found out. */
  open = false
  /** Index of the play they belong to now. */
  play = 0
  /** Places before which it waits for others, as soon as there is something to send. */
  readonly #holding = new Set<string>()
  standing: HostPlanning['standing']
  /** Handlers that somebody left out. */
  readonly #leftOut = new Set<string>()
  readonly #input: PlanInput

  constructor(input: PlanInput) {
    this.#input = input
  }

  place(
    task: Pick<Task, 'title' | 'origin'>,
    key: string,
    step: Pick<Step, 'id' | 'verdict' | 'resource'>,
    more: Partial<PlacedStep> = {},
  ): void {
    const { title, origin } = task
    const isHeld = more.held === true || (this.#holding.size > 0 && sendableIn(step.verdict) !== undefined)
    if (isHeld) this.#wait()
    const held = isHeld ? ({ held: true } as const) : {}
    const placed = { key, play: this.play, step: { title, play: this.#title, origin, ...step } }
    this.all.push({ ...placed, ...more, ...held })
    if (isOpen(step.verdict)) this.open = true
    if (step.verdict.is === 'provisional' || step.verdict.is === 'unknown') this.barrier = true
  }

  /** A task that runs on another host for all: nothing behind it is sent before it did. */
  placeFollowed(task: Task, key: string, leader: string, didRun: boolean): void {
    const tells = task.register !== undefined || (task.assigns ?? []).length > 0
    const verdict: Verdict =
      didRun || !tells ? { is: 'skipped' } : { is: 'unknown', after: `what comes of it on ${leader}` }
    if (!didRun) this.hold(key)
    this.place(task, `${key}.0`, { id: idOf(task), verdict }, didRun ? {} : { held: true })
  }

  /** Whatever is to be sent from here on is not, before others have come so far. */
  hold(key: string): void {
    this.#holding.add(key)
  }

  release(key: string): void {
    this.#holding.delete(key)
  }

  #wait(): void {
    const [key] = this.#holding
    if (!this.barrier && key !== undefined) this.standing = { key, play: this.play }
    this.barrier = true
    this.#holding.clear()
  }

  /** A resource as it was judged; `reached`: handlers that run where it changes something. */
  placeItem(task: Task, key: string, resource: Resource, judged: Judged, reached: readonly Handler[]): void {
    const { verdict, unasked, wait, asksAgain } = judged
    const { id, options } = resource
    const isNoted = reached.length > 0 && sendableIn(verdict) && !asksAgain && options.on === undefined
    this.place(
      task,
      key,
      { id, verdict, resource },
      {
        ...(isNoted ? { notes: reached.map((handler) => handler.id) } : {}),
        ...(wait === undefined ? {} : { wait }),
        ...(asksAgain ? { asksAgain } : {}),
        ...(task.register === undefined ? {} : { registers: true }),
      },
    )
    if (unasked) {
      this.unasked.push(resource)
      this.pending.add({ id, disturbs: 'everything' })
    }
    for (const one of pendingOf(resource, verdict)) this.pending.add(one)
    if (verdict.is === 'change' && (options.judgement?.decides || verdict.change.pauses)) this.barrier = true
  }

  /** The last step of a handler takes its note along; where it has none left to do, that is a step of its own. */
  forgetAfter({ id }: Handler, from: number, key: string): void {
    // Of what somebody left out the note stays: the next run is to know of it.
    if (this.all.slice(from).some((placed) => this.#input.leftOut?.has(placed.key))) {
      this.#leftOut.add(id)
      return
    }
    const last = this.all.findLastIndex(
      ({ step }) => step.verdict.is === 'change' || step.verdict.is === 'unknown',
    )
    const step = this.all[last]
    if (step && last >= from && step.step.resource?.options.on === undefined)
      this.all[last] = { ...step, forgets: [id] }
    else if (this.notes.includes(id)) this.forget([id], `${key}.${id}.note`)
  }

  forget(noted: readonly string[], key: string): void {
    const ids = noted.filter((id) => !this.#leftOut.has(id))
    if (ids.length === 0) return
    const verdict: Verdict = { is: 'change', change: forgetting(ids) }
    const id: ResourceId = `handler[${ids.join(', ')}]`
    const step = { id, title: 'handlers', play: this.#title, verdict, resource: nothingToAsk }
    this.all.push({ key, play: this.play, step })
  }

  /** What runs noted on the host. */
  get notes(): NotesReading {
    return (this.#input.answers.get(queryKey(notesQuery)) as NotesReading | undefined) ?? []
  }

  get #title(): string {
    return this.#input.plays[this.play]?.play ?? ''
  }
}

/** Said of a handler whose note was found on the host. */
export const leftBehind: Verdict = { is: 'told', text: 'an earlier run broke off before it ran' }

/** A step of a task that has no resource. */
export function idOf({ title }: Task): ResourceId {
  return `task[${title}]`
}
