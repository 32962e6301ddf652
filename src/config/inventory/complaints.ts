import { explain, type Failure } from '../../model/failure.ts'
import { showOrigin } from '../../model/origin.ts'
import { clipped, quoted } from '../../model/quoted.ts'
import { problem } from '../problem.ts'
import { didYouMean, suggestion } from '../suggest.ts'
import type { Draft } from './draft.ts'

/** Finds what is wrong with hosts and groups only once all sources are read. */
export function complain(draft: Draft, sources: readonly string[]): void {
  if (draft.hosts.size === 0 && draft.problems.length === 0)
    draft.problems.push(
      problem(
        'inventory-no-hosts',
        `there are no hosts in ${sources.join(', ')}`,
        undefined,
        'name hosts under "hosts:" of a group, or one per line in an INI inventory',
      ),
    )
  undefinedGroups(draft)
  for (const [name, { origin }] of draft.hosts) {
    const group = draft.groups.get(name)
    if (group)
      draft.warn(
        'inventory-host-and-group',
        `a host and a group are both called ${quoted(name)} (the group is at ${showOrigin(group.origin)}): a pattern means the group`,
        origin,
      )
  }
}

/** In an INI inventory a group must have its own heading; in YAML an empty one may be a slip, or still empty. */
function undefinedGroups(draft: Draft): void {
  const { groups, needed } = draft
  const defined = [...groups.values()].filter((group) => group.defined).map(({ name }) => name)
  const told = new Set<string>()
  for (const { name, origin, by } of needed) {
    if (groups.get(name)?.defined) continue
    told.add(name)
    draft.problems.push(
      problem(
        'inventory-group-undefined',
        `${by} speaks of a group ${quoted(name)} that is not defined`,
        origin,
        suggestion(name, defined),
      ),
    )
  }
  for (const { name, origin, defined: known } of groups.values()) {
    if (known || told.has(name)) continue
    const meant = didYouMean(name, defined)
    if (meant === undefined)
      draft.warn(
        'inventory-group-empty',
        `the group ${quoted(name)} is empty: nothing else defines it`,
        origin,
      )
    else
      draft.problems.push(
        problem(
          'inventory-group-undefined',
          `the group ${quoted(name)} is named here, but nothing defines it`,
          origin,
          `did you mean ${quoted(meant)}? if it is to be empty, write "${clipped(name)}: {}"`,
        ),
      )
  }
}

/** The problems as they stand in the files, each once however many hosts share it. */
export function inOrder(problems: readonly Failure[]): readonly Failure[] {
  const files = [...new Set(problems.map(({ where }) => where.origin?.file))]
  const rank = ({ where: { origin } }: Failure) =>
    [origin ? files.indexOf(origin.file) : -1, origin?.line ?? 0, origin?.col ?? 0] as const
  const once = new Map(problems.map((failure) => [explain(failure), failure]))
  return [...once.values()].toSorted((a, b) => {
    const [one, other] = [rank(a), rank(b)]
    return one[0] - other[0] || one[1] - other[1] || one[2] - other[2]
  })
}
