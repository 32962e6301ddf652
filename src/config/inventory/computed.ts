import { Failure, InvalidInput } from '../../model/failure.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import { NeedsFacts } from '../../model/task.ts'
import { createLanguage } from '../expressions/language.ts'
import { createResolver } from '../expressions/resolve.ts'
import { type Binding, type Layer, lazily, type Scope, scopeOf } from '../expressions/scope.ts'
import { isTemplate } from '../expressions/text.ts'
import { createOutside } from '../outside.ts'
import { problem } from '../problem.ts'
import { secretReads } from '../secret-reads.ts'
import type { SecretSources } from '../secret-sources.ts'
import { settings } from './connections.ts'
import { groupNames, itself, saidOf } from './host-layers.ts'
import { hostsOf, type Inventory, type InventoryHost, type Variable } from './inventory.ts'
import { isOwnLines } from './own-lines.ts'
import { wordNames } from './word-names.ts'

/** What must be known before any host is asked: how it is reached, and what it is to become. */
const early: ReadonlySet<string> = new Set([...wordNames, ...Object.values(settings).flat()])

/** What is computed with, beside the variables. */
export interface Means {
  readonly secrets: SecretSources
  /** Where the inventory stands. */
  readonly directory: string
}

/**
 * The same inventory with what says how hosts are reached, and what they are to become, computed from their other variables.
 * Lines of the user's own stay as they are: they have values of their own once a host was asked. What cannot be computed is
 * noted in `problems`, each once, and stays, too.
 */
export function withComputed(
  inventory: Inventory,
  { secrets, directory }: Means,
  problems: Map<string, Failure>,
): Inventory {
  // Hosts share what their groups say: each value is looked through once.
  const looked = new Map<Sourced, boolean>()
  const computes = (value: Sourced) => {
    const found = looked.get(value) ?? isComputed(value)
    looked.set(value, found)
    return found
  }
  const isLeft = (name: string, said: Variable) => !early.has(name) || !allOf(said).some(computes)
  const asTheyAre = ({ variables }: InventoryHost) =>
    [...variables].every(([name, said]) => isLeft(name, said))
  if ([...inventory.hosts.values()].every(asTheyAre)) return inventory
  const reads = secretReads()
  const { value: evaluate, sourced: resolved } = createResolver(
    createLanguage(reads, createOutside(), secrets),
    reads,
  )
  const scopes = new Map<string, Scope>()
  const scopeFor = (host: InventoryHost): Scope => {
    const known = scopes.get(host.name)
    if (known) return known
    const made = scopeOf([withoutFacts(host), saidOf(host), itself(host), around(host)], evaluate, reads)
    scopes.set(host.name, made)
    return made
  }
  const around = (host: InventoryHost): Layer =>
    new Map<string, Binding>([
      ['inventory_dir', { read: () => directory }],
      ['group_names', { read: () => groupNames(host.groups) }],
      ['groups', { read: () => lazily(inventory.groups.keys(), (name) => hostsOf(inventory, name)) }],
      ['hostvars', { read: () => lazily(inventory.hosts.keys(), (name) => variablesOf(name)) }],
    ])
  const variablesOf = (name: string) => {
    const host = inventory.hosts.get(name)
    const scope = host && scopeFor(host)
    return scope && lazily(scope.names(), (variable) => scope.read(variable))
  }
  const failed = new Failed()
  const computedIn = (value: Sourced, host: InventoryHost, word?: string): Sourced => {
    if ('items' in value) return { ...value, items: value.items.map((item) => computedIn(item, host)) }
    if ('entries' in value) {
      const entries = [...value.entries].map(
        ([key, entry]) =>
          [
            key,
            isOwnLines(key, word) ? entry : { ...entry, value: computedIn(entry.value, host, key) },
          ] as const,
      )
      return { ...value, entries: new Map(entries) }
    }
    if (!isComputed(value)) return value
    try {
      const found = resolved(value, scopeFor(host))
      failed.noteMade(value)
      return found
    } catch (error) {
      for (const failure of failuresOf(error, value)) failed.note(failure, value, host.name)
      return value
    }
  }
  // What comes to the same on several hosts is one value, as it is where nothing is computed.
  const made = new Map<Sourced, Map<string, Sourced>>()
  const shared = (written: Sourced, host: InventoryHost): Sourced => {
    if (!computes(written)) return written
    const value = computedIn(written, host)
    const all = made.get(written) ?? new Map<string, Sourced>()
    made.set(written, all)
    const text = JSON.stringify(plain(value))
    const known = all.get(text) ?? value
    all.set(text, known)
    return known
  }
  const variable = (said: Variable, host: InventoryHost): Variable => ({
    value: shared(said.value, host),
    winner: { ...said.winner, value: shared(said.winner.value, host) },
    losers: said.losers.map((one) => ({ ...one, value: shared(one.value, host) })),
  })
  const hosts = [...inventory.hosts].map(([name, host]): [string, InventoryHost] => {
    const variables = [...host.variables].map(([key, said]): [string, Variable] => [
      key,
      isLeft(key, said) ? said : variable(said, host),
    ])
    return [name, { ...host, variables: new Map(variables) }]
  })
  for (const [key, failure] of failed.all()) problems.set(key, failure)
  return { ...inventory, hosts: new Map(hosts) }
}

/** What could not be computed, each once, with the hosts for which that is so where it could be for others. */
class Failed {
  readonly #all = new Map<string, { failure: Failure; of: Sourced; hosts: string[] }>()
  readonly #made = new Set<Sourced>()

  noteMade(value: Sourced): void {
    this.#made.add(value)
  }

  note(failure: Failure, of: Sourced, host: string): void {
    const key = JSON.stringify([failure.message, failure.where])
    const known = this.#all.get(key) ?? { failure, of, hosts: [] }
    if (!known.hosts.includes(host)) known.hosts.push(host)
    this.#all.set(key, known)
  }

  all(): readonly (readonly [string, Failure])[] {
    return [...this.#all].map(([key, { failure, of, hosts }]) => [
      key,
      this.#made.has(of) ? namingHosts(failure, hosts) : failure,
    ])
  }
}

function namingHosts(failure: Failure, hosts: readonly string[]): Failure {
  const { rule, where, next, fix } = failure
  const named =
    hosts.length > 3 ? `${hosts.slice(0, 3).join(', ')} and ${hosts.length - 3} more` : hosts.join(', ')
  return new Failure(failure.code, `${failure.message} for ${named}`, {
    ...{ rule, where, fix },
    ...(next === undefined ? {} : { next }),
  })
}

function allOf({ value, winner, losers }: Variable): readonly Sourced[] {
  return [value, winner.value, ...losers.map((one) => one.value)]
}

/** Does an expression stand in it? */
function isComputed(value: Sourced, word?: string): boolean {
  if ('items' in value) return value.items.some((item) => isComputed(item))
  if ('entries' in value)
    return [...value.entries].some(([key, entry]) => !isOwnLines(key, word) && isComputed(entry.value, key))
  return typeof value.scalar === 'string' && value.literal !== true && isTemplate(value.scalar)
}

function withoutFacts({ name }: InventoryHost): Layer {
  const read = () => {
    throw new NeedsFacts(name)
  }
  return new Map(['facts', 'ansible_facts'].map((fact) => [fact, { read }]))
}

const notYet = 'write the value itself: it must be known before any host is asked'

/** What keeps a value from being computed. */
function failuresOf(error: unknown, { origin }: Sourced): readonly Failure[] {
  if (error instanceof NeedsFacts)
    return [problem('schema-expression', 'facts are not known yet where this stands', origin, notYet)]
  if (error instanceof InvalidInput) return error.problems
  throw error
}
