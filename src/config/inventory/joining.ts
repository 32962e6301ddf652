import { addHost, type Draft, type DraftGroup, groupOf } from './draft.ts'
import { settle } from './group-order.ts'
import type { Joined } from './inventory.ts'

/** A draft with what a run says of groups; the one that was read stays as it is. */
export function draftWith(read: Draft, more: readonly Joined[]): Draft {
  const draft: Draft = {
    ...read,
    hosts: new Map(
      [...read.hosts].map(([name, host]) => [name, { ...host, variables: [...host.variables] }]),
    ),
    groups: new Map([...read.groups].map(([name, group]) => [name, copyOf(group)])),
  }
  const all = groupOf(draft, 'all', read.groups.get('all')?.origin ?? nowhere)
  for (const { host, group, parents, variables = [], origin } of more) {
    const own = group === undefined ? all : groupOf(draft, group, origin)
    addHost(draft, own, host, origin).variables.push(...variables)
    for (const name of parents)
      if (own !== all && name !== own.name) groupOf(draft, name, origin).children.set(own.name, origin)
  }
  settle(draft)
  return draft
}

const nowhere = { file: '-', line: 1, col: 1 }

function copyOf(group: DraftGroup): DraftGroup {
  const { children, hosts, variables } = group
  return { ...group, children: new Map(children), hosts: new Map(hosts), variables: [...variables] }
}
