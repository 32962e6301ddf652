import type { Facts } from './facts.ts'
import type { Host } from './host.ts'
import type { Origin } from './origin.ts'
import type { Registered, Resource } from './resource.ts'

/** What is known of the machines at a moment of the run. */
export interface Knowledge {
  /** Facts of every host inspected so far, by host name. */
  readonly facts: ReadonlyMap<string, Facts>
  /** Results kept by `register` on the host in question. */
  readonly registered: ReadonlyMap<string, Registered>
}

/** Thrown inside `expand` by values that wait for the facts of a host; never leaves it. */
export class NeedsFacts extends Error {
  readonly host: string

  constructor(host: string) {
    super(`the facts of ${host} are not known yet`)
    this.host = host
  }
}

/** What one task means on one host, given what is known. */
export type Expansion =
  /** `register` is the name under which a later task may look for the result of this one. */
  | { readonly is: 'skipped'; readonly register?: string }
  | { readonly is: 'ready'; readonly resources: readonly Resource[] }
  /** Cannot be decided yet. `resources` are those it may turn out to be, so that they can be inspected already. */
  | {
      readonly is: 'waiting'
      readonly on: { readonly facts: string } | { readonly register: string }
      readonly resources: readonly Resource[]
    }

/** One entry of a play for one host. */
export interface Task {
  readonly title: string
  readonly origin: Origin
  expand(known: Knowledge): Expansion
}

/** One play, compiled: for each of its waves the hosts in order, and each host's tasks. */
export interface Play {
  readonly name: string
  readonly origin: Origin
  /** Hosts of a wave run side by side; a wave starts only when the one before it succeeded. */
  readonly waves: readonly (readonly string[])[]
  readonly tasks: ReadonlyMap<string, readonly Task[]>
}

/** Everything a run wants, before any host was asked. */
export interface Intent {
  readonly hosts: ReadonlyMap<string, Host>
  readonly plays: readonly Play[]
  /** Values that must never be shown; more come to be known while tasks are expanded. */
  readonly secrets: ReadonlySet<string>
  /** Things that are doubtful but no errors. */
  readonly warnings: readonly { readonly message: string; readonly origin?: Origin }[]
}
