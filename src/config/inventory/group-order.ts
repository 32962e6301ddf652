import type { Failure } from '../../model/failure.ts'
import { problem } from '../problem.ts'
import type { Draft, DraftGroup } from './draft.ts'

/** How groups lie above one another. */
export interface GroupOrder {
  /** Groups directly above, by group. */
  readonly parents: ReadonlyMap<string, readonly string[]>
  /** The most steps down from `all`, by group. */
  readonly depth: ReadonlyMap<string, number>
}

/** Puts every group without a parent beneath `all`, and every host without a group into `ungrouped`. */
export function settle(draft: Draft): void {
  const { groups } = draft
  const all = groups.get('all')
  const ungrouped = groups.get('ungrouped')
  if (!all || !ungrouped) return
  const beneath = new Set([...groups.values()].flatMap(({ children }) => [...children.keys()]))
  const before = [...all.children]
  all.children.clear()
  if (!beneath.has('ungrouped')) all.children.set('ungrouped', all.origin)
  for (const [name, origin] of before) all.children.set(name, origin)
  for (const group of groups.values())
    if (group !== all && !beneath.has(group.name)) all.children.set(group.name, group.origin)
  const grouped = new Set(
    [...groups.values()]
      .filter((group) => group !== all && group !== ungrouped)
      .flatMap(({ hosts }) => [...hosts.keys()]),
  )
  for (const [name, { origin }] of draft.hosts)
    if (grouped.has(name)) ungrouped.hosts.delete(name)
    else ungrouped.hosts.set(name, origin)
}

/** Each circle of groups, told once. */
export function cycles(groups: ReadonlyMap<string, DraftGroup>): readonly Failure[] {
  const found: Failure[] = []
  const done = new Set<string>()
  const walk = (name: string, above: readonly string[]): void => {
    const index = above.indexOf(name)
    if (index !== -1) {
      const circle = [...above.slice(index), name]
      const origin = groups.get(above.at(-1) ?? name)?.children.get(name)
      found.push(
        problem(
          'inventory-group-circle',
          `the groups form a circle: ${circle.join(' → ')}`,
          origin,
          `remove ${name} from the children of ${above.at(-1)}`,
        ),
      )
      return
    }
    if (done.has(name)) return
    for (const child of groups.get(name)?.children.keys() ?? []) walk(child, [...above, name])
    done.add(name)
  }
  for (const name of groups.keys()) walk(name, [])
  return found
}

/** Parents and depth of every group; the groups must be free of circles. */
export function orderOf(groups: ReadonlyMap<string, DraftGroup>): GroupOrder {
  const parents = new Map<string, string[]>([...groups.keys()].map((name) => [name, []]))
  for (const { name, children } of groups.values())
    for (const child of children.keys()) parents.get(child)?.push(name)
  const depth = new Map<string, number>()
  const measure = (name: string): number => {
    const known = depth.get(name)
    if (known !== undefined) return known
    const steps = Math.max(-1, ...(parents.get(name) ?? []).map(measure)) + 1
    depth.set(name, steps)
    return steps
  }
  for (const name of groups.keys()) measure(name)
  return { parents, depth }
}
