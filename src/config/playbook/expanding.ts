import { Failure } from '../../model/failure.ts'
import type { Host } from '../../model/host.ts'
import { type Expansion, NeedsFacts } from '../../model/task.ts'
import type { Resolver } from '../expressions/resolve.ts'
import { NeedsResult } from '../expressions/scope.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Outside } from '../outside.ts'
import type { InputRule } from '../rules/index.ts'
import type { SecretReads } from '../secret-reads.ts'
import type { Contents } from './contents.ts'
import { NeedsAccount } from './homes.ts'
import type { PlaySpec } from './spec.ts'
import type { Variables } from './variables.ts'

/** What turns tasks as written into tasks of a host. */
export interface Expanding {
  readonly inventory: Inventory
  /** Hosts and groups as a play has them when its tasks have added theirs. */
  inventoryOf(play: PlaySpec): Inventory
  readonly resolver: Resolver
  readonly variables: Variables
  readonly contents: Contents
  /** Is told of every secret that is read. */
  readonly reads: SecretReads
  /** Is told of what is read of this computer. */
  readonly outside: Outside
  /** Why the inventory may say something else by now; nothing where its files are what they were. */
  staleInventory(): string | undefined
  /** How hosts of this run are reached; one that is not here takes no part in it itself. */
  readonly connections: ReadonlyMap<string, Host>
  /** Hosts of this run, whose facts can be waited for. */
  readonly hosts: ReadonlySet<string>
}

/** What cannot be told yet, and what it waits for. */
export type Waiting = Extract<Expansion, { is: 'waiting' }>['on']

/** What a computation waits for. */
type Need = NeedsFacts | NeedsResult | NeedsAccount

/** A computation that may have to wait, or be wrong. */
export function attempted<T>(compute: () => T): { readonly value: T } | { readonly error: Need | Failure } {
  try {
    return { value: compute() }
  } catch (error) {
    if (error instanceof NeedsFacts || error instanceof NeedsResult) return { error }
    if (error instanceof NeedsAccount || error instanceof Failure) return { error }
    throw error
  }
}

/** What a computation waits for; throws what is wrong with it, or that nothing will ever answer. */
export function waitingOn(error: Need | Failure, { hosts }: Pick<Expanding, 'hosts'>): Waiting {
  if (error instanceof NeedsResult) return { register: error.register }
  if (error instanceof NeedsAccount) return { account: error.account }
  if (error instanceof Failure) throw error
  const { host, detail } = error
  if (hosts.has(host)) return { facts: host, ...(detail ? { detail } : {}) }
  throw new Failure('INVALID_INPUT', `this needs the facts of ${error.host}, which is no part of this run`, {
    rule: 'playbook-facts' satisfies InputRule,
    where: { host: error.host },
    next: `take it in with --limit, or give its "address" in the variable director or realserver`,
  })
}
