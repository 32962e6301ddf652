import { InvalidInput } from '../../model/failure.ts'
import type { Draft, DraftHost, Given } from './draft.ts'
import type { GroupOrder } from './group-order.ts'
import { type Assignment, type Level, levels, type Variable, type Variables } from './inventory.ts'
import type { VarsFile } from './vars-files.ts'

/** All vars files of one directory. */
export interface VarsDirectory {
  readonly files: readonly VarsFile[]
  readonly besidePlaybook: boolean
}

/** What is known of all hosts when their variables are weighed. */
export interface Evidence {
  readonly draft: Draft
  readonly order: GroupOrder
  readonly priorities: ReadonlyMap<string, number>
  /** In the order of the inventories. */
  readonly directories: readonly VarsDirectory[]
  readonly extraVars: readonly Assignment[]
}

/** All groups of a host, least specific first: by depth, then ansible_group_priority, then name. */
export function groupsOf(
  evidence: Pick<Evidence, 'draft' | 'order' | 'priorities'>,
  host: string,
): readonly string[] {
  const { draft, order, priorities } = evidence
  const found = new Set(
    [...draft.groups.values()].filter(({ hosts }) => hosts.has(host)).map(({ name }) => name),
  )
  for (const name of found) for (const parent of order.parents.get(name) ?? []) found.add(parent)
  found.add('all')
  const rank = (name: string) => [order.depth.get(name) ?? 0, priorities.get(name) ?? 1] as const
  return [...found].toSorted((a, b) => {
    const [[depthA, priorityA], [depthB, priorityB]] = [rank(a), rank(b)]
    return depthA - depthB || priorityA - priorityB || (a < b ? -1 : 1)
  })
}

/** Weighs everything that is said of one host. */
export function variablesOf(evidence: Evidence, host: DraftHost, groups: readonly string[]): Variables {
  const { draft, directories, extraVars } = evidence
  const said: Assignment[] = []
  for (const name of groups)
    said.push(
      ...assign(
        draft.groups.get(name)?.variables ?? [],
        name === 'all' ? 'inventory variables of all' : 'inventory variables of a group',
        `group ${name}`,
      ),
    )
  said.push(...assign(host.variables, 'inventory variables of a host', `host ${host.name}`))
  for (const { files, besidePlaybook } of directories) {
    for (const group of groups)
      for (const { giver, given } of filesFor(files, 'group_vars', group))
        said.push(
          ...assign(
            given,
            fileLevel(group === 'all' ? 'group_vars/all' : 'group_vars', besidePlaybook),
            giver,
          ),
        )
    for (const { giver, given } of filesFor(files, 'host_vars', host.name))
      said.push(...assign(given, fileLevel('host_vars', besidePlaybook), giver))
  }
  said.push(...extraVars)
  return weigh(said)
}

/** Gives variables the level they have. */
export function assign(given: readonly Given[], level: Level, giver: string): readonly Assignment[] {
  return given.map((each) => ({ level, giver, ...each }))
}

/** Of what is said, weakest first within a level, the last of the highest level wins. */
export function weigh(said: readonly Assignment[]): Variables {
  const byName = new Map<string, Assignment[]>()
  for (const each of said.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))) {
    const others = byName.get(each.name)
    if (others) others.push(each)
    else byName.set(each.name, [each])
  }
  const names = [...byName.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  return new Map(names.flatMap((name) => variable(byName.get(name) ?? [])))
}

function variable(assignments: readonly Assignment[]): readonly [string, Variable][] {
  const [winner, ...losers] = assignments.toReversed()
  return winner ? [[winner.name, { value: winner.value, winner, losers }]] : []
}

function filesFor(files: readonly VarsFile[], kind: VarsFile['kind'], name: string): readonly VarsFile[] {
  const found = files.filter((file) => file.kind === kind && file.name === name)
  const problems = found.flatMap((file) => file.problems ?? [])
  if (problems.length > 0) throw new InvalidInput(problems)
  return found
}

function fileLevel(level: 'group_vars/all' | 'group_vars' | 'host_vars', besidePlaybook: boolean): Level {
  return besidePlaybook ? `${level} beside the playbook` : level
}
