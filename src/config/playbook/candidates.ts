import type { Knowledge } from '../../model/task.ts'
import {
  type Inventory,
  type InventoryHost,
  matchHosts,
  matchHostsSoFar,
  namesInPattern,
} from '../inventory/index.ts'
import type { GroupsNow } from './groups-now.ts'
import type { PlaySpec } from './spec.ts'

/** A play whose hosts only the run tells: those that may be among them, and which are. */
export interface Candidates {
  readonly hosts: readonly string[]
  /** Throws NeedsResult while that is not known. */
  isMember(host: InventoryHost, known: Knowledge): boolean
}

/** Those of these hosts that are members, as far as the reader can know. Throws NeedsResult. */
export function membersAmong(
  names: readonly string[],
  { isMember }: Candidates,
  { hosts }: Inventory,
  reader: string,
  known: Knowledge,
): readonly string[] {
  return names.filter((name) => {
    const host = hosts.get(name)
    const its = name === reader ? known : known.others?.(name)
    return host && isMember(host, its ?? { facts: known.facts, registered: new Map() })
  })
}

/** Groups that tasks of earlier plays may fill, and the hosts that may come into them. */
export class Grouping {
  readonly #names: string[] = []
  readonly #hosts = new Set<string>()

  /** A play puts hosts into groups. */
  note({ grouping = [] }: PlaySpec, hosts: readonly string[]): void {
    if (grouping.length === 0) return
    this.#names.push(...grouping)
    for (const host of hosts) this.#hosts.add(host)
  }

  /** The hosts of a play behind these, where groups that they fill are among those that it names. */
  candidates(pattern: string, play: PlaySpec, base: Inventory, now: GroupsNow): Candidates | undefined {
    const names = namesInPattern(pattern)
    const isOpen = (name: string) =>
      /[*?[~]/.test(name) || [name, ...beneath(base, name)].some((one) => this.#mayFill(one))
    if (this.#names.length === 0 || !names.some(isOpen)) return undefined
    const unknown = names.filter((name) => !base.groups.has(name) && !base.hosts.has(name) && !isOpen(name))
    // Some part of it can mean nothing, whatever comes of the others.
    if (unknown.length > 0) matchHosts(pattern, base, play.hosts.origin)
    const hosts = [...new Set([...matchHostsSoFar(pattern, base), ...this.#hosts])]
    const hasPositions = /\[-?\d/.test(pattern)
    return {
      hosts,
      isMember: (host, known) => {
        if (hasPositions) return matchHostsSoFar(pattern, now.all(host, base, known)).includes(host.name)
        return matchHostsSoFar(pattern, now.with(host, base, known)).includes(host.name)
      },
    }
  }

  #mayFill(name: string): boolean {
    return this.#names.some((written) => {
      const pieces = written.split(/\{\{.*?\}\}|\{%.*?%\}/).map((piece) => piece.replaceAll(' ', '-'))
      const [first = '', ...others] = pieces
      const last = others.at(-1)
      if (last === undefined) return name === first
      return name.length >= first.length + last.length && name.startsWith(first) && name.endsWith(last)
    })
  }
}

function beneath({ groups }: Inventory, name: string): readonly string[] {
  const found = new Set(groups.get(name)?.children)
  // A set grows while it is walked.
  for (const one of found) for (const child of groups.get(one)?.children ?? []) found.add(child)
  return [...found]
}
