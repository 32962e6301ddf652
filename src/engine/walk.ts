import { Failure } from '../model/failure.ts'
import { sendableIn, type Verdict } from '../model/plan.ts'
import { type Registered, type Resource, type ResourceId, unchanged } from '../model/resource.ts'
import type { Expansion, Handler, Task } from '../model/task.ts'
import { awaited } from './awaited.ts'
import { onlyChecked } from './checked.ts'
import { controlled } from './controlled.ts'
import { type Coming, deepest, type Flow, tooDeep, tooEarly } from './flow.ts'
import { flushed } from './flushed.ts'
import { awaitedOf, readingsOf } from './inspect.ts'
import { answered, type Judged, judgeItem, placed } from './item.ts'
import { Knowing } from './knowing.ts'
import { failedFor, fatality, type Meeting } from './meeting.ts'
import { Notifications, type Notified } from './notifications.ts'
import { Places } from './places.ts'
import type { HostPlanning, Memorable, Memory, Outcome, PlanInput, PlayTasks } from './planning.ts'
import { changing, looped } from './results.ts'
import { idOf, Steps } from './steps.ts'
import { needsHost, unreached } from './unreached.ts'

type Of<Is extends Expansion['is']> = Extract<Expansion, { is: Is }>

/**
 * Goes through the tasks of a host as they would run, from the beginning and each time anew: what was done is known by
 * its outcome, and what was decided by its memory.
 */
export class Walk {
  readonly #input: PlanInput
  readonly #steps: Steps
  readonly #memorable: Memorable[] = []
  readonly #notifications: Notifications
  readonly #knowing: Knowing
  /** Steps that this run has carried out, and that the walk has still to come to. */
  readonly #ahead: Map<string, Outcome>
  readonly #places: Places
  #bears = false
  #depth = 0
  /** A handler that is only expected to run makes all it does so. */
  #expected: ResourceId | undefined
  #trouble: { readonly failure: Failure; readonly task: Task; readonly result: Registered } | undefined
  #failure: HostPlanning['failure']

  constructor(input: PlanInput) {
    this.#input = input
    this.#steps = new Steps(input)
    this.#ahead = new Map(input.outcomes)
    this.#knowing = new Knowing(input)
    this.#notifications = new Notifications(input.kept)
    this.#places = new Places(input, this.#steps)
  }

  plan(): HostPlanning {
    const { plays } = this.#input
    for (const [index, play] of plays.entries()) {
      this.#steps.play = index
      const flow = this.#walkPlay(play)
      if (flow !== 'failed' && flow !== 'lost') continue
      if (index > this.#input.forgiven) break
      this.#failure = undefined
      this.#trouble = undefined
    }
    const { standing } = this.#steps
    return {
      moments: this.#knowing.moments,
      steps: this.#steps.all,
      unasked: this.#steps.unasked,
      memorable: this.#memorable,
      meets: this.#places.met,
      bears: this.#bears,
      ...(standing ? { standing } : {}),
      ...(this.#failure ? { failure: this.#failure } : {}),
    }
  }

  #walkPlay({ tasks, handlers = [], forceHandlers = false }: PlayTasks): Flow {
    this.#notifications.begin(handlers)
    this.#places.begin()
    if (this.#input.meetings.isOver(this.#steps.play, this.#input.host)) return 'ended'
    const key = String(this.#steps.play)
    let flow = this.#walkTasks(tasks, key)
    if (flow === 'on') {
      for (const handler of this.#notifications.left()) this.#notifications.notify(handler, 'surely')
      flow = this.#flush(`${key}.left`)
    }
    const trouble = this.#trouble
    if (flow === 'failed' && forceHandlers) this.#flush(`${key}.forced`)
    if ((flow === 'failed' || flow === 'lost') && trouble) {
      const { failure, task } = trouble
      this.#failure = { failure, play: this.#steps.play, ...fatality(task) }
    }
    if (flow === 'on')
      this.#steps.forget(this.#notifications.forgotten(this.#steps.notes), `${key}.forgotten`)
    return flow
  }

  #walkTasks(tasks: readonly Task[], key: string): Flow {
    for (const [index, task] of tasks.entries()) {
      const flow = this.#walkTask(task, `${key}.${index}`)
      if (flow !== 'on') return flow
    }
    return 'on'
  }

  #walkTask(written: Task, key: string): Flow {
    this.#knowing.stand(key)
    const decision = written.decide?.(this.#knowing.now)
    const task = decision?.is === 'decided' ? { ...written, ...decision } : written
    const meeting = this.#places.come(task, key)
    if (meeting?.is === 'following') return this.#follow(task, meeting, key)
    if (meeting?.held) this.#steps.hold(key)
    const memory = this.#input.memories.get(key)
    const settled = !this.#steps.barrier
    const reached = !this.#steps.open
    const waiting = decision?.is === 'waiting' ? decision : undefined
    const early = task.inTurn && this.#steps.open ? tooEarly : undefined
    const expansion =
      waiting ?? memory?.expansion ?? early ?? task.expand(this.#knowing.behind(this.#steps.pending))
    const came = this.#come(task, expansion, key, memory)
    if (meeting || task.pauses) this.#places.leave(key)
    const result = memory?.result ?? came.result
    const isKept = task.remembered || task.once || expansion.is === 'control'
    if (settled && isKept && expansion.is !== 'waiting') {
      const failure = came.flow === 'failed' ? this.#trouble?.failure : undefined
      const { play } = this.#steps
      this.#memorable.push({ key, play, task, reached, expansion, result, ...(failure ? { failure } : {}) })
    }
    this.#knowing.keep(task, result, expansion)
    this.#knowing.leave(key)
    if (task.notifies && expansion.is !== 'skipped') this.#notify(task, came.notifies)
    if (came.flow !== 'failed' || !task.ignoreErrors) return came.flow
    this.#trouble = undefined
    return 'on'
  }

  /** What runs once for all hosts runs on another one. */
  #follow(task: Task, { leader, came }: Extract<Meeting, { is: 'following' }>, key: string): Flow {
    this.#steps.placeFollowed(task, key, leader, came !== undefined)
    if (!came) this.#knowing.expect(task.assigns ?? [])
    const expansion = came ? came.expansion : task.mayEndAll ? task.expand(this.#knowing.now) : undefined
    const controls = expansion?.is === 'control' ? expansion.controls : []
    if (came) for (const control of controls) if (control.is === 'assign') this.#knowing.give(control)
    this.#knowing.keep(task, came?.result, came?.expansion)
    this.#knowing.leave(key)
    if (controls.some(({ is }) => is === 'end')) return 'ended'
    if (!came?.failure || task.ignoreErrors) return 'on'
    const failure = failedFor(leader, this.#where(task))
    this.#trouble = { failure, task, result: came.result }
    return 'failed'
  }

  #come(task: Task, expansion: Expansion, key: string, memory: Memory | undefined): Coming {
    const { unreachable } = this.#input
    if (unreachable && needsHost(expansion, this.#input.host)) return this.#miss(task, unreachable, key)
    switch (expansion.is) {
      case 'skipped':
        this.#steps.place(task, `${key}.0`, { id: idOf(task), verdict: { is: 'skipped' } })
        return { flow: 'on', result: looped(expansion.items, []) ?? { ...unchanged, skipped: true } }
      case 'waiting':
        return this.#wait(task, expansion, key)
      case 'tasks':
        return { flow: this.#walkBlock(expansion, key), result: unchanged }
      case 'control':
        return this.#control(task, expansion, key)
      case 'ready':
        return this.#work(task, expansion, key, memory)
    }
  }

  #miss(task: Task, failure: Failure, key: string): Coming {
    const { ignoreUnreachable = false } = task
    const { verdict, result } = unreached(failure, ignoreUnreachable)
    this.#steps.place(task, `${key}.0`, { id: idOf(task), verdict })
    this.#bears ||= ignoreUnreachable
    if (ignoreUnreachable) return { flow: 'on', result }
    this.#trouble = { failure, task, result }
    return { flow: 'lost', result }
  }

  #wait(task: Task, expansion: Of<'waiting'>, key: string): Coming {
    const resources = awaitedOf(expansion, this.#input)
    const after = awaited(expansion.on)
    const verdict: Verdict = { is: 'unknown', after }
    if (resources.length === 0) this.#steps.place(task, `${key}.0`, { id: idOf(task), verdict })
    for (const [item, resource] of resources.entries()) {
      this.#steps.place(task, `${key}.${item}`, { id: resource.id, verdict, resource })
      if (!readingsOf(resource, this.#input.answers)) this.#steps.unasked.push(resource)
    }
    const id = resources[0]?.id ?? idOf(task)
    this.#steps.pending.add({ id, disturbs: 'everything' })
    this.#knowing.expect(task.assigns ?? [])
    return { flow: 'on', notifies: { after: id } }
  }

  #walkBlock({ tasks, rescue, always, handlers, role }: Of<'tasks'>, key: string): Flow {
    if (handlers) this.#notifications.add(handlers)
    if (role) {
      const flow = this.#walkTasks(tasks, key)
      return flow === 'left' ? 'on' : flow
    }
    this.#depth += 1
    if (this.#depth > deepest) throw tooDeep(this.#input.host, tasks)
    let flow = this.#walkTasks(tasks, key)
    if (flow === 'failed' && rescue) {
      this.#tellOfTrouble()
      flow = this.#walkTasks(rescue, `${key}.rescue`)
    }
    if (always && (flow === 'on' || flow === 'failed')) {
      const trouble = this.#trouble
      const ending = this.#walkTasks(always, `${key}.always`)
      if (ending === 'on') this.#trouble = trouble
      else flow = ending
    }
    this.#depth -= 1
    return flow
  }

  /** What tasks under `rescue` can read of what failed. */
  #tellOfTrouble(): void {
    const trouble = this.#trouble
    this.#trouble = undefined
    if (!trouble) return
    const { task, result } = trouble
    const { now } = this.#knowing
    this.#knowing.register('ansible_failed_result', result)
    this.#knowing.assign(new Map([['ansible_failed_task', () => task.told?.(now)]]))
  }

  #control(task: Task, expansion: Of<'control'>, key: string): Coming {
    const { coming, wrong } = controlled(expansion, {
      flush: (index) => this.#flush(`${key}.${index}`),
      give: (control) => this.#knowing.give(control),
      tell: (index, text) =>
        this.#steps.place(task, `${key}.${index}`, { id: idOf(task), verdict: { is: 'told', text } }),
    })
    if (wrong !== undefined) {
      const failure = new Failure('STEP_FAILED', wrong, { where: this.#where(task) })
      this.#trouble = { failure, task, result: expansion.result }
    }
    return coming
  }

  #work(task: Task, { resources, items }: Of<'ready'>, key: string, memory: Memory | undefined): Coming {
    const results: (Registered | undefined)[] = []
    let notifies: Notified | undefined
    const reached = this.#reached(task)
    for (const [item, resource] of resources.entries()) {
      this.#ahead.delete(`${key}.${item}`)
      const judged = answered(resource, memory, this.#input) ?? this.#judge(resource, `${key}.${item}`)
      this.#steps.placeItem(task, `${key}.${item}`, resource, judged, reached)
      results.push(judged.result)
      const how = changing(resource, judged)
      if (notifies !== 'surely') notifies = how ?? notifies
      if (judged.failure) {
        const result = judged.result ?? { ...unchanged, failed: true }
        this.#trouble = { failure: placed(judged.failure, this.#where(task, resource)), task, result }
        return { flow: 'failed', result: looped(items, results) ?? result }
      }
    }
    const known = results.every((result) => result !== undefined)
    const result = known ? (looped(items, results) ?? results[0] ?? unchanged) : undefined
    return { flow: 'on', ...(result ? { result } : {}), ...(notifies ? { notifies } : {}) }
  }

  #judge(resource: Resource, key: string): Judged {
    const asked = judgeItem(resource, { key, later: this.#ahead }, this.#steps.pending, this.#input)
    const judged = resource.options.checked ? onlyChecked(resource, asked) : asked
    const { verdict } = judged
    const change = sendableIn(verdict)
    if (!this.#expected || !change) return judged
    return { ...judged, verdict: { is: 'provisional', expected: change, after: this.#expected } }
  }

  /** Handlers that a task notifies where it changes something. */
  #reached(task: Task): readonly Handler[] {
    return task.notifies ? this.#notifications.meant(task.notifies(this.#knowing.now), task) : []
  }

  #notify(task: Task, how: Notified | undefined): void {
    for (const handler of this.#reached(task)) {
      // What an earlier run did to it was never followed by the handler.
      if (this.#notifications.isKept(handler)) this.#notifications.notify(handler, 'surely')
      else if (how) this.#notifications.notify(handler, how)
    }
  }

  #flush(key: string): Flow {
    return flushed(this.#notifications, this.#steps, key, (handler, how) => {
      const outer = this.#expected
      if (how !== 'surely') this.#expected = how.after
      const flow = this.#walkTask(handler.task, `${key}.${handler.id}`)
      this.#expected = outer
      return flow === 'left' ? 'on' : flow
    })
  }

  #where({ origin }: Task, resource?: Resource) {
    return { host: this.#input.host, origin, ...(resource ? { resource: resource.id } : {}) }
  }
}
