import { readFileSync } from 'node:fs'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import type { Resource } from '../model/resource.ts'
import type { Intent, Knowledge, Task } from '../model/task.ts'

/** A file that is not there yet: what a task would write to it is all that it is going to hold. */
const found = {
  ...{ at: { type: 'absent' }, atInside: { type: 'absent' } },
  ...{ content: { is: 'absent' }, contentInside: { is: 'absent' } },
} as const

/** A file on a host whose facts are these, and those of the hosts around it. */
interface Wanted {
  readonly host: string
  readonly path: string
  readonly facts: ReadonlyMap<string, Facts>
}

/**
 * What a playbook writes to a file on a host, as far as that can be told before anything is done there: the last task that
 * writes it counts. Only tasks that name the file are computed, as others may run programs.
 */
export function renderedFile(intent: Pick<Intent, 'plays'>, wanted: Wanted): string | undefined {
  return lastWriting(intent, wanted)?.text
}

/** What a task writes to a file. */
interface Writing {
  readonly text: string
  readonly origin: Origin
  /** It waits for what an earlier task tells: the text is what can be made without that. */
  readonly waits: boolean
}

/** The same, and the task that writes it. */
export function lastWriting(
  { plays }: Pick<Intent, 'plays'>,
  { host, path, facts }: Wanted,
): Writing | undefined {
  const known = { facts, registered: new Map() }
  const lines = new Map<string, readonly string[]>()
  const names = ({ origin }: Task) => {
    const text = entryAt(origin, lines)
    return text.includes(path.slice(path.lastIndexOf('/') + 1)) || bringsOthers.test(text)
  }
  let last: Writing | undefined
  for (const { tasks } of plays)
    for (const { resource, ...told } of resourcesOf(tasks.get(host) ?? [], names, known)) {
      const text = resource.id.endsWith(`[${path}]`) ? contentOf(resource, path) : undefined
      if (text !== undefined) last = { text, ...told }
    }
  return last
}

/** Does any task of a host, as far as that can be told, speak of this? */
export function isSpokenOf(
  { plays }: Pick<Intent, 'plays'>,
  what: string,
  { host, facts }: Omit<Wanted, 'path'>,
): boolean {
  const known = { facts, registered: new Map() }
  const lines = new Map<string, readonly string[]>()
  const speaks = (tasks: readonly Task[]): boolean =>
    tasks.some((task) => {
      const text = entryAt(task.origin, lines)
      if (text.includes(what)) return true
      const expansion = bringsOthers.test(text) ? attempted(() => task.expand(known)) : undefined
      return expansion?.is === 'tasks' && speaks([...expansion.tasks, ...(expansion.always ?? [])])
    })
  return plays.some(({ tasks }) => speaks(tasks.get(host) ?? []))
}

const bringsOthers =
  /\b(include|import)_(role|tasks|playbook)\b|^\s*(-\s+)?(block|role):|^\s*-\s+[\w.-]+\s*$/m

/** What a user wrote of a task: its entry in the list in which it stands. */
function entryAt({ file, line }: Origin, read: Map<string, readonly string[]>): string {
  const known = read.get(file) ?? attempted(() => readFileSync(file, 'utf8').split('\n')) ?? []
  read.set(file, known)
  const [first = '', ...others] = known.slice(line - 1)
  const indent = first.search(/\S/)
  const end = others.findIndex((one) => one.trim() !== '' && one.search(/\S/) <= indent)
  return [first, ...(end < 0 ? others : others.slice(0, end))].join('\n')
}

/** All that tasks come to, as far as it can be told. */
function* resourcesOf(
  tasks: readonly Task[],
  names: (task: Task) => boolean,
  known: Knowledge,
): Generator<{ readonly resource: Resource } & Pick<Writing, 'origin' | 'waits'>> {
  for (const task of tasks.filter(names)) {
    const expansion = attempted(() => task.expand(known))
    if (expansion?.is === 'ready' || expansion?.is === 'waiting')
      for (const resource of expansion.resources)
        yield { resource, origin: task.origin, waits: expansion.is === 'waiting' }
    if (expansion?.is === 'tasks')
      yield* resourcesOf([...expansion.tasks, ...(expansion.always ?? [])], names, known)
  }
}

function contentOf(resource: Resource, path: string): string | undefined {
  const change = attempted(() => resource.converge(found, { touches: () => false }))
  const text = change?.differences.find((one) => one.is === 'text' && one.path === path)
  return text?.is === 'text' ? text.after : undefined
}

/** What could be made; what the machine would have to say first is nothing to tell of here. */
function attempted<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
