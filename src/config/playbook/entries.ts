import type { Expansion, Handler, Knowledge, Task } from '../../model/task.ts'
import type { InventoryHost } from '../inventory/index.ts'
import type { Candidates } from './candidates.ts'
import { controlTask } from './controls.ts'
import { aboutTask, nothingKnown, taskOf, titleOf } from './expand.ts'
import { attempted, type Expanding, type Waiting, waitingOn } from './expanding.ts'
import { namesOf } from './handlers.ts'
import { turnsOf } from './loops.ts'
import { forgetAll, recalled } from './recalled.ts'
import type { BlockSpec, Entry, IncludeSpec, PlaySpec } from './spec.ts'
import { isChosen, type TagChoice } from './tags.ts'
import type { LoopItem } from './variables.ts'

/** Whose tasks are made, and by what. */
export interface Making {
  readonly host: InventoryHost
  readonly play: PlaySpec
  readonly expanding: Expanding
  readonly choice: TagChoice
  /** How many includes it stands in, one inside the other. */
  readonly depth?: number
}

/** Entries as one host of a play has them, those that `--tags` leaves; `around`: variables of the loops they stand in. */
export function tasksOf(
  entries: readonly Entry[],
  making: Making,
  around: readonly LoopItem[] = [],
): readonly Task[] {
  return entries.flatMap((entry) => {
    if ('is' in entry && entry.is === 'block') return blockTask(entry, making, around)
    return isChosen(entry.tags, making.choice) ? [taskFrom(entry, making, around)] : []
  })
}

/** The tasks of a play for a host that may turn out to be none of its hosts. */
export function onlyOfMembers(
  tasks: readonly Task[],
  { isMember }: Candidates,
  { host, play, expanding }: Making,
): Task {
  return {
    title: play.name,
    origin: play.hosts.origin,
    remembered: true,
    forget: () => forgetAll({ tasks }),
    expand: (known) => {
      const decided = attempted(() => isMember(host, known))
      if ('value' in decided) return decided.value ? { is: 'tasks', tasks } : { is: 'skipped' }
      return {
        is: 'waiting',
        on: waitingOn(decided.error, expanding),
        resources: foreseen(tasks, known),
      }
    },
  }
}

/** Handlers as one host of a play has them; tags do not count for them. */
export function handlersOf(entries: readonly Entry[], making: Making): readonly Handler[] {
  const all: Making = { ...making, choice: { tags: ['all'], skipTags: [] } }
  const { host, play, expanding } = making
  return entries.flatMap((entry): readonly Handler[] => {
    const [task] = tasksOf([{ ...entry, tags: [] }], all)
    if (!task) return []
    const scope = expanding.variables.of(host, play, entry, nothingKnown)
    const topics = entry.listen.flatMap((one) => {
      const value = attempted(() => expanding.resolver.value(one, scope))
      return 'value' in value ? [String(value.value)] : []
    })
    const names = entry.name ? namesOf(task.title, entry) : []
    return [{ id: names.at(-1) ?? topics.join(', '), task, names, topics }]
  })
}

function taskFrom(entry: Exclude<Entry, BlockSpec>, making: Making, around: readonly LoopItem[]): Task {
  const { host, play, expanding } = making
  if (!('is' in entry)) return taskOf(entry, host, play, expanding, around)
  return entry.is === 'include'
    ? includeTask(entry, making, around)
    : controlTask(entry, host, play, expanding, around)
}

function blockTask(block: BlockSpec, making: Making, around: readonly LoopItem[]): readonly Task[] {
  const tasks = tasksOf(block.tasks, making, around)
  const rescue = block.rescue && tasksOf(block.rescue, making, around)
  const always = block.always && tasksOf(block.always, making, around)
  if (tasks.length === 0 && (always ?? []).length === 0) return []
  const { host, play, expanding } = making
  const scope = expanding.variables.of(host, play, block, nothingKnown, around)
  const expansion: Expansion = {
    is: 'tasks',
    tasks,
    ...(rescue ? { rescue } : {}),
    ...(always ? { always } : {}),
    ...(block.isRole ? { role: true } : {}),
  }
  return [
    {
      title: titleOf(block.name, 'block', scope, expanding),
      origin: block.origin,
      expand: () => expansion,
      forget: () => forgetAll(expansion),
    },
  ]
}

/** What it brings in is read when it is known which it is, and once. */
function includeTask(spec: IncludeSpec, making: Making, around: readonly LoopItem[]): Task {
  const { host, play, expanding, depth = 0 } = making
  const { variables, resolver } = expanding
  const scopeWith = (known: Knowledge, items: readonly LoopItem[] = []) =>
    variables.of(host, play, spec, known, [...around, ...items])
  const title = titleOf(spec.name, 'include', scopeWith(nothingKnown), expanding)

  function bring(known: Knowledge, items: readonly LoopItem[]) {
    const scope = scopeWith(known, items)
    const { tasks, handlers } = spec.load(resolver.sourced(spec.named, scope))
    const inner = { ...making, depth: depth + 1 }
    return { tasks: tasksOf(tasks, inner, [...around, ...items]), handlers: handlersOf(handlers, inner) }
  }

  function expand(known: Knowledge): Expansion {
    const turns = turnsOf(spec, scopeWith(known), expanding)
    if ('on' in turns) return { is: 'waiting', on: turns.on, resources: [] }
    const parts: ReturnType<typeof bring>[] = []
    let waiting: Waiting | undefined
    for (const { variables: items } of turns.all) {
      const decided = attempted(() =>
        spec.conditions.every((one) => resolver.condition(one, scopeWith(known, items))),
      )
      if ('value' in decided && !decided.value) continue
      // Whatever waits far inside others is asked for when its turn comes.
      if ('error' in decided && depth >= foreseeable) {
        waiting ??= waitingOn(decided.error, expanding)
        continue
      }
      const brought = attempted(() => bring(known, items))
      if ('value' in brought) parts.push(brought.value)
      if ('error' in decided) waiting ??= waitingOn(decided.error, expanding)
      else if ('error' in brought) waiting ??= waitingOn(brought.error, expanding)
    }
    const tasks = parts.flatMap((part) => part.tasks)
    if (waiting) return { is: 'waiting', on: waiting, resources: foreseen(tasks, known) }
    if (parts.length === 0) return { is: 'skipped' }
    return { is: 'tasks', tasks, handlers: parts.flatMap((part) => part.handlers) }
  }

  const { expand: recall, forget } = recalled(expand, expanding.outside)
  return {
    expand: recall,
    forget,
    ...aboutTask(spec, title, scopeWith, expanding),
    remembered: true,
  }
}

/** Includes inside each other whose tasks are looked at before it is known whether they run. */
const foreseeable = 3

/** What tasks may ask for that may turn out to run: asking for it at once saves a trip. */
function foreseen(
  tasks: readonly Task[],
  known: Knowledge,
  depth = 0,
): Extract<Expansion, { is: 'ready' }>['resources'] {
  if (depth > foreseeable) return []
  return tasks.flatMap((task): Extract<Expansion, { is: 'ready' }>['resources'] => {
    const expanded = attempted(() => task.expand(known))
    if (!('value' in expanded)) return []
    const { value } = expanded
    if (value.is === 'tasks') return foreseen(value.tasks, known, value.role ? depth : depth + 1)
    return 'resources' in value ? value.resources : []
  })
}
