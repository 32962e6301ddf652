import type { Knowledge } from '../../model/task.ts'
import { delegateOf, tellsTo } from './delegated.ts'
import { nothingKnown } from './expand.ts'
import { attempted, type Expanding } from './expanding.ts'
import { turnsOf } from './loops.ts'
import type { Entry, PlaySpec, TaskSpec } from './spec.ts'
import { isChosen, type TagChoice } from './tags.ts'
import { specsIn, tasksIn } from './tree.ts'

/** What is looked through for tasks that gather facts of hosts for which they are not. */
interface Looking extends Pick<Expanding, 'inventory' | 'resolver' | 'variables' | 'reads' | 'outside'> {
  readonly hostsOf: ReadonlyMap<PlaySpec, readonly string[]>
  /** Tasks of files that are brought in when their turn comes. */
  readonly looked: readonly Entry[]
  readonly choice: TagChoice
}

/**
 * A play for hosts that have no other, where tasks of others gather their facts: `setup`, delegated with `delegate_facts`.
 * These come with the inspection of a host, and what is inspected has a play.
 */
export function playForFacts(looking: Looking): readonly [PlaySpec, readonly string[]] | undefined {
  const { hostsOf, looked, choice, inventory } = looking
  const own = new Set([...hostsOf.values()].flat())
  const found = new Map<string, TaskSpec>()
  for (const [play, names] of hostsOf)
    for (const spec of tasksIn([...play.tasks, ...looked])) {
      if (!gathers(spec) || !isChosen(spec.tags, choice)) continue
      for (const name of names)
        for (const other of toldBy(spec, play, name, looking)) if (!own.has(other)) found.set(other, spec)
    }
  const [spec] = found.values()
  if (!spec) return undefined
  const { delegateTo: _, delegateFacts: __, loop: ___, register: ____, ...alone } = spec
  const hosts = { origin: spec.origin, scalar: 'all' }
  const delegating = [...hostsOf.keys()]
    .flatMap(({ tasks }) => specsIn(tasks))
    .filter((one) => one.delegateTo)
  const play: PlaySpec = {
    name: 'facts of other hosts',
    origin: spec.origin,
    hosts,
    become: delegating.some((one) => one.become !== false),
    vars: [],
    tasks: [{ ...alone, conditions: [], notify: [] }],
  }
  return [play, [...inventory.hosts.keys()].filter((name) => found.has(name))]
}

function gathers({ kind, delegateTo, delegateFacts = false }: TaskSpec): boolean {
  return ['setup', 'gather_facts'].includes(kind.name) && delegateTo !== undefined && delegateFacts !== false
}

/** Hosts whose facts the task gathers, as far as that shows before any host was asked. */
function toldBy(spec: TaskSpec, play: PlaySpec, name: string, looking: Looking): readonly string[] {
  const host = looking.inventory.hosts.get(name)
  const { delegateTo } = spec
  if (!host || !delegateTo) return []
  const known: Knowledge = nothingKnown
  const expanding = { ...looking, hosts: new Set(looking.inventory.hosts.keys()) }
  const scope = looking.variables.of(host, play, spec, known)
  const turns = attempted(() => turnsOf(spec, scope, expanding))
  if (!('value' in turns) || 'on' in turns.value) return []
  return turns.value.all.flatMap(({ variables: items }) => {
    const around = looking.variables.of(host, play, spec, known, items)
    const told = attempted(() => tellsTo(spec, around, looking) && delegateOf(delegateTo, around, looking))
    return 'value' in told && told.value !== undefined ? [told.value] : []
  })
}
