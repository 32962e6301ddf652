import type { Knowledge } from '../../model/task.ts'
import { NeedsResult } from '../expressions/scope.ts'
import type { Inventory, InventoryHost, Joined } from '../inventory/index.ts'
import { isRegrouping } from './regrouping.ts'

/** What groups are made of while a run goes on. */
interface Sources {
  /** Names to which tasks of this run give a value. */
  readonly given: ReadonlySet<string>
  /** Hosts whose tasks say of groups that they are in them. */
  readonly regroups: ReadonlySet<string>
}

/** The groups of hosts at a moment of the run. */
export interface GroupsNow {
  /** A host with the variables that it has by its groups; what is not known yet of them is left out. */
  host(host: InventoryHost, base: Inventory, known: Knowledge): InventoryHost
  /** By what name it waits for what it is still to be told of its groups, if so. */
  pending(host: InventoryHost, known: Knowledge): string | undefined
  /** The same. Throws NeedsResult while its groups are not known. */
  surely(host: InventoryHost, base: Inventory, known: Knowledge): InventoryHost
  /** Groups and hosts with what is known of this host alone. Throws NeedsResult. */
  with(host: InventoryHost, base: Inventory, known: Knowledge): Inventory
  /** All groups and hosts, as this host can know them. Throws NeedsResult. */
  all(reader: InventoryHost, base: Inventory, known: Knowledge): Inventory
}

/** Follows what `group_by` says on each host. */
export function groupsNow({ given, regroups }: Sources): GroupsNow {
  const made = new Map<Inventory, Map<string, Inventory>>()

  function after(base: Inventory, joined: readonly Joined[]): Inventory {
    if (joined.length === 0) return base
    const known = made.get(base) ?? new Map<string, Inventory>()
    made.set(base, known)
    const key = JSON.stringify(joined)
    const inventory = known.get(key) ?? base.joined(joined)
    known.set(key, inventory)
    return inventory
  }

  /** What a host was told of its groups; `expects`: what it is still to be told is waited for. */
  function told(known: Knowledge, expects: boolean): readonly Joined[] {
    const { assigned = new Map<string, () => unknown>(), coming } = known
    const names = coming ? [...assigned.keys(), ...coming] : [...given]
    return names.filter(isRegrouping).flatMap((name): readonly Joined[] => {
      const value = assigned.get(name)
      if (value && !coming?.has(name)) return value() as readonly Joined[]
      if (expects) throw new NeedsResult(name)
      return []
    })
  }

  const around = (host: InventoryHost, base: Inventory, known: Knowledge, expects: boolean) =>
    regroups.has(host.name) ? after(base, told(known, expects)) : base
  const itself = (host: InventoryHost, base: Inventory, known: Knowledge, expects: boolean) =>
    regroups.has(host.name) ? (around(host, base, known, expects).hosts.get(host.name) ?? host) : host

  return {
    host: (host, base, known) => itself(host, base, known, false),
    surely: (host, base, known) => itself(host, base, known, true),
    pending: (host, known) => {
      if (!regroups.has(host.name)) return undefined
      const { coming } = known
      return [...(coming ?? given)].find((name) => isRegrouping(name))
    },
    with: (host, base, known) => around(host, base, known, true),
    all(reader, base, known) {
      const joined = [...regroups].flatMap((name) => {
        const its = name === reader.name ? known : known.others ? known.others(name) : nothingYet
        return its ? told(its, true) : []
      })
      return after(base, joined)
    },
  }
}

/** Before any host was asked nobody can tell what others know. */
const nothingYet: Knowledge = { facts: new Map(), registered: new Map() }
