import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Warn } from '../problem.ts'
import { problem } from '../problem.ts'
import { type SecretSources, secretSources } from '../secret-sources.ts'
import { complain, inOrder } from './complaints.ts'
import { type Means, withComputed } from './computed.ts'
import { connectionProblems } from './connections.ts'
import { inventoryDirectory } from './directory.ts'
import { collecting, type Draft, emptyDraft, type Given } from './draft.ts'
import { readExtraVars } from './extra-vars.ts'
import { cycles, orderOf, settle } from './group-order.ts'
import type { Assignment, Inventory, InventoryHost } from './inventory.ts'
import { draftWith } from './joining.ts'
import { assign, type Evidence, groupsOf, type VarsDirectory, variablesOf } from './precedence.ts'
import { readSource } from './sources.ts'
import { readVarsFiles, realDirectory } from './vars-files.ts'

/** What may come beside the inventories themselves. */
export interface InventoryOptions {
  /** Its group_vars/ and host_vars/ win over those of the inventories. */
  readonly playbookDirectory?: string
  /** What each `-e` says; later ones win. */
  readonly extraVars?: readonly string[]
  readonly warn?: Warn
  readonly secrets?: SecretSources
  /** How hosts are reached where nothing else says so, by names of variables. */
  readonly usually?: ReadonlyMap<string, Sourced>
  /** Is told of files of variables that no group and no host of the inventory has, in place of `warn`. */
  readonly warnOfUnused?: Warn
}

/** Reads and merges inventories, later ones winning. Throws InvalidInput with everything that is wrong in them. */
export async function loadInventory(
  sources: readonly string[],
  {
    playbookDirectory,
    extraVars = [],
    warn = () => {},
    secrets = secretSources(),
    usually,
    warnOfUnused = warn,
  }: InventoryOptions = {},
): Promise<Inventory> {
  const draft = emptyDraft({ file: sources[0] ?? '-i', line: 1, col: 1 }, { warn, secrets })
  const beside: { readonly directory: string; readonly besidePlaybook: boolean }[] = []
  for (const source of sources) {
    const directory = await collecting(draft.problems, () => readSource(draft, source))
    if (directory !== undefined) beside.push({ directory, besidePlaybook: false })
  }
  if (playbookDirectory !== undefined) beside.push({ directory: playbookDirectory, besidePlaybook: true })
  complain(draft, sources)
  settle(draft)
  const circles = cycles(draft.groups)
  const directories = await readDirectories(draft, beside, warnOfUnused)
  const extra = await readExtra(draft, extraVars)
  if (circles.length > 0) throw new InvalidInput(inOrder([...draft.problems, ...circles]))
  const uncomputed = new Map<string, Failure>()
  const means = { secrets, directory: inventoryDirectory(sources) }
  const inventory = withComputed(weighed(draft, directories, extra, usually), means, uncomputed)
  const wrong = uncomputed.size > 0 ? [...uncomputed.values()] : connectionProblems(inventory, warn)
  const problems = [...draft.problems, ...wrong]
  if (problems.length > 0) throw new InvalidInput(inOrder(problems))
  return computedWhenJoined(inventory, means)
}

/** What hosts come by while a run goes on is computed as what they had before. */
function computedWhenJoined(inventory: Inventory, means: Means): Inventory {
  return {
    ...inventory,
    joined: (more) => {
      const problems = new Map<string, Failure>()
      const after = withComputed(inventory.joined(more), means, problems)
      if (problems.size > 0) throw new InvalidInput(inOrder([...problems.values()]))
      return computedWhenJoined(after, means)
    },
  }
}

async function readDirectories(
  draft: Draft,
  beside: readonly { readonly directory: string; readonly besidePlaybook: boolean }[],
  warnOfUnused: Warn,
): Promise<readonly VarsDirectory[]> {
  const seen = new Set<string>()
  const directories: VarsDirectory[] = []
  for (const { directory, besidePlaybook } of beside) {
    const real = await realDirectory(directory)
    if (!seen.has(real))
      directories.push({ files: await readVarsFiles(directory, draft, warnOfUnused), besidePlaybook })
    seen.add(real)
  }
  return directories
}

async function readExtra(draft: Draft, extraVars: readonly string[]): Promise<readonly Assignment[]> {
  const extra: Assignment[] = []
  for (const text of extraVars) {
    const given = await collecting(draft.problems, () => readExtraVars(text, draft))
    const giver = text.trim().startsWith('@') ? `-e ${text.trim()}` : '-e'
    extra.push(...assign(given ?? [], 'extra variables', giver))
  }
  return extra
}

function weighed(
  draft: Draft,
  directories: readonly VarsDirectory[],
  extraVars: readonly Assignment[],
  usually: InventoryOptions['usually'],
  known: ReadonlyMap<string, number> = new Map(),
): Inventory {
  const priorities = new Map(known)
  for (const { name, variables } of draft.groups.values()) {
    const priority = takePriority(draft, variables)
    if (priority !== undefined) priorities.set(name, priority)
  }
  const evidence: Evidence = { draft, order: orderOf(draft.groups), priorities, directories, extraVars }
  const hosts = new Map<string, InventoryHost>()
  for (const host of draft.hosts.values()) {
    const groups = groupsOf(evidence, host.name)
    const variables = variablesOf(evidence, host, groups)
    hosts.set(host.name, {
      name: host.name,
      origin: host.origin,
      groups,
      variables,
      ...(usually ? { usually } : {}),
    })
  }
  const groups = new Map(
    [...draft.groups.values()].map(({ name, origin, children, hosts: members }) => [
      name,
      { name, origin, children: [...children.keys()], hosts: [...members.keys()] },
    ]),
  )
  return {
    hosts,
    groups,
    extraVars,
    givenByGroups: givenByGroups(draft, directories),
    joined: (more) => {
      const after = draftWith(draft, more)
      const circles = cycles(after.groups)
      if (circles.length > 0) throw new InvalidInput(inOrder(circles))
      return weighed(after, directories, extraVars, usually, priorities)
    },
  }
}

function givenByGroups(
  draft: Draft,
  directories: readonly VarsDirectory[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>()
  const note = (group: string, given: readonly Given[]) => {
    const known = names.get(group) ?? new Set()
    for (const { name } of given) known.add(name)
    names.set(group, known)
  }
  for (const { name, variables } of draft.groups.values()) note(name, variables)
  for (const { files } of directories)
    for (const { kind, name, given } of files) if (kind === 'group_vars') note(name, given)
  return names
}

/** ansible_group_priority speaks of the group itself, and is no variable of its hosts. */
function takePriority(draft: Draft, variables: Given[]): number | undefined {
  let priority: number | undefined
  for (let index = variables.length - 1; index >= 0; index--) {
    const given = variables[index]
    if (given?.name !== 'ansible_group_priority') continue
    variables.splice(index, 1)
    const value = 'scalar' in given.value ? Number(given.value.scalar ?? Number.NaN) : Number.NaN
    if (Number.isInteger(value)) priority ??= value
    else
      draft.problems.push(
        problem(
          'inventory-group-priority',
          'ansible_group_priority: expected a whole number',
          given.value.origin,
          'write for example 10',
        ),
      )
  }
  return priority
}
