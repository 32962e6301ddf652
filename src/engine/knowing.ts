import type { Registered } from '../model/resource.ts'
import type { Control, Expansion, Knowledge, Task, Told } from '../model/task.ts'
import { knownBehind } from './details.ts'
import { type Moment, theEnd } from './moments.ts'
import type { Pendings } from './pendings.ts'
import type { PlanInput } from './planning.ts'

/** What is known of a host on the way through its tasks. What was handed out once does not change any more. */
export class Knowing {
  #known: Required<Omit<Knowledge, 'others'>> & Pick<Knowledge, 'others'>
  readonly #host: string
  readonly #others: PlanInput['others']
  /** How often it has changed, and had when it was noted last. */
  #changes = 0
  #noted = 0
  readonly #moments: Moment[] = []

  constructor({ host, known, others }: Pick<PlanInput, 'host' | 'known' | 'others'>) {
    this.#host = host
    this.#others = others
    this.#known = {
      facts: known.facts,
      registered: new Map(),
      assigned: new Map(),
      included: new Map(),
      cached: new Map(),
      told: new Map(),
      coming: new Set(),
    }
  }

  get now(): Knowledge {
    return this.#known
  }

  /** The same behind changes that are still to be made. */
  behind(pending: Pendings): Knowledge {
    return knownBehind(this.#known, this.#host, pending)
  }

  /** Keeps what came of a task for those after it, or that it is not known yet. */
  keep(
    { register, gathers, assigns = [] }: Task,
    result: Registered | undefined,
    expansion?: Expansion,
  ): void {
    if (gathers && !result) this.expect(assigns)
    if (gathers && result) {
      for (const { facts, to } of gathered(result, expansion)) {
        if (to !== undefined && to !== this.#host) this.#tell(to, { values: facts, facts })
        else if (gathers === 'any names') this.cache(facts)
        else this.assign(facts)
      }
      const { coming } = this.#known
      this.#known = { ...this.#known, coming: new Set([...coming].filter((one) => !assigns.includes(one))) }
    }
    if (register === undefined) return
    if (result) this.register(register, result)
    else this.expect([register])
  }

  /** The host stands before this task: what it reads of others is what they knew there. */
  stand(key: string): void {
    const others = this.#others
    if (others) this.#known = { ...this.#known, others: (host) => others(host, key) }
  }

  /** The host has come through this task: what it knows now others find from there on. */
  leave(key: string): void {
    if (this.#noted === this.#changes) return
    this.#noted = this.#changes
    this.#moments.push({ key: `${key}.${theEnd}`, known: this.#known })
  }

  /** What was known on the way. */
  get moments(): readonly Moment[] {
    return this.#moments
  }

  register(name: string, result: Registered): void {
    this.#changes += 1
    const { registered, assigned, coming } = this.#known
    this.#known = {
      ...this.#known,
      registered: new Map(registered).set(name, result),
      assigned: without(assigned, [name]),
      coming: new Set([...coming].filter((one) => one !== name)),
    }
  }

  assign(values: ReadonlyMap<string, () => unknown>): void {
    this.#changes += 1
    const { registered, assigned, coming } = this.#known
    this.#known = {
      ...this.#known,
      assigned: new Map([...assigned, ...values]),
      registered: without(registered, [...values.keys()]),
      coming: new Set([...coming].filter((one) => !values.has(one))),
    }
  }

  /** Gives variables the values that a task has for them. */
  give({ values, as, to }: Extract<Control, { is: 'assign' }>): void {
    if (to !== undefined && to !== this.#host)
      this.#tell(to, as === 'included' ? { included: values } : { values, ...(as ? { facts: values } : {}) })
    else if (as === 'included') this.include(values)
    else if (as === 'facts') this.cache(values)
    else this.assign(values)
  }

  /** Another host has these from here on. */
  #tell(host: string, more: Partial<Told>): void {
    this.#changes += 1
    const { told } = this.#known
    const before = told.get(host)
    const joined = (part: keyof Told) => new Map([...(before?.[part] ?? []), ...(more[part] ?? [])])
    const all = { values: joined('values'), included: joined('included'), facts: joined('facts') }
    this.#known = { ...this.#known, told: new Map(told).set(host, all) }
  }

  /** Gives variables the values that a file has for them. */
  include(values: ReadonlyMap<string, () => unknown>): void {
    this.#changes += 1
    const { included, coming } = this.#known
    this.#known = {
      ...this.#known,
      included: new Map([...included, ...values]),
      coming: new Set([...coming].filter((one) => !values.has(one))),
    }
  }

  /** The same as by `assign`, and they are facts as well. */
  cache(values: ReadonlyMap<string, () => unknown>): void {
    this.assign(values)
    this.#known = { ...this.#known, cached: new Map([...this.#known.cached, ...values]) }
  }

  /** These get a value that nobody knows yet; what they had before counts no more. */
  expect(names: readonly string[]): void {
    if (names.length === 0) return
    this.#changes += 1
    const { registered, assigned, coming } = this.#known
    this.#known = {
      ...this.#known,
      registered: without(registered, names),
      assigned: without(assigned, names),
      coming: new Set([...coming, ...names]),
    }
  }
}

/** The facts that came of a task, and the host that has them where that is another one: of a loop each by itself. */
function gathered(
  result: Registered,
  expansion: Expansion | undefined,
): readonly { readonly facts: ReadonlyMap<string, () => unknown>; readonly to?: string | undefined }[] {
  const { resources, items } = expansion?.is === 'ready' ? expansion : { resources: [], items: undefined }
  const toOf = (at: number | undefined) => (at === undefined ? undefined : resources[at]?.options.tells)
  if (!items || !result.results) return [{ facts: factsIn(result), to: toOf(0) }]
  return result.results.map((one, index) => ({ facts: factsIn(one), to: toOf(items[index]?.resource) }))
}

/** Facts in a result, or in those of a loop. */
function factsIn(result: Registered): ReadonlyMap<string, () => unknown> {
  const own = Object.entries(result.found?.ansible_facts ?? {})
  const all = own.map(([name, value]): [string, () => unknown] => [name, () => value])
  return new Map([...all, ...(result.results ?? []).flatMap((one) => [...factsIn(one)])])
}

function without<T>(map: ReadonlyMap<string, T>, names: readonly string[]): ReadonlyMap<string, T> {
  if (!names.some((name) => map.has(name))) return map
  return new Map([...map].filter(([name]) => !names.includes(name)))
}
