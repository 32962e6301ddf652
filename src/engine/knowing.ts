import type { Registered } from '../model/resource.ts'
import type { Knowledge, Task } from '../model/task.ts'

/** What is known of a host on the way through its tasks. What was handed out once does not change any more. */
export class Knowing {
  #known: Required<Knowledge>

  constructor(facts: Knowledge['facts']) {
    this.#known = { facts, registered: new Map(), assigned: new Map(), coming: new Set() }
  }

  get now(): Knowledge {
    return this.#known
  }

  /** Keeps what came of a task for those after it, or that it is not known yet. */
  keep({ register, gathers, assigns = [] }: Task, result: Registered | undefined): void {
    if (gathers && !result) this.expect(assigns)
    if (gathers && result) {
      const facts = Object.entries(result.found?.ansible_facts ?? {})
      this.assign(new Map(facts.map(([name, value]) => [name, () => value])))
    }
    if (register === undefined) return
    if (result) this.register(register, result)
    else this.expect([register])
  }

  register(name: string, result: Registered): void {
    const { registered, assigned, coming } = this.#known
    this.#known = {
      ...this.#known,
      registered: new Map(registered).set(name, result),
      assigned: without(assigned, [name]),
      coming: new Set([...coming].filter((one) => one !== name)),
    }
  }

  assign(values: ReadonlyMap<string, () => unknown>): void {
    const { registered, assigned, coming } = this.#known
    this.#known = {
      ...this.#known,
      assigned: new Map([...assigned, ...values]),
      registered: without(registered, [...values.keys()]),
      coming: new Set([...coming].filter((one) => !values.has(one))),
    }
  }

  /** These get a value that nobody knows yet; what they had before counts no more. */
  expect(names: readonly string[]): void {
    if (names.length === 0) return
    const { registered, assigned, coming } = this.#known
    this.#known = {
      ...this.#known,
      registered: without(registered, names),
      assigned: without(assigned, names),
      coming: new Set([...coming, ...names]),
    }
  }
}

function without<T>(map: ReadonlyMap<string, T>, names: readonly string[]): ReadonlyMap<string, T> {
  if (!names.some((name) => map.has(name))) return map
  return new Map([...map].filter(([name]) => !names.includes(name)))
}
