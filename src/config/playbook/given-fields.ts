import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import { saidInWords } from '../../modules/pairs.ts'
import type { Scope } from '../expressions/scope.ts'
import { shapeOf } from './kinds.ts'
import type { TaskSpec } from './spec.ts'

/** Fields that are written as `name=value` in one text. */
export function entriesInWords(text: string, { origin }: Sourced): ReadonlyMap<string, SourcedEntry> {
  const { pairs } = saidInWords(text, false)
  return new Map(
    pairs.map(({ name, value: scalar }) => [name, { key: origin, value: { origin, scalar } }] as const),
  )
}

/** The same fields, with what the kind takes of the run itself. */
export function withTaken({ kind, origin }: TaskSpec, fields: Sourced, scope: Scope): Sourced {
  const takes = kind.module?.takes ?? []
  if (takes.length === 0 || !('entries' in fields)) return fields
  const taken = takes.map((name): readonly [string, SourcedEntry] => [
    name,
    { key: origin, value: { origin, scalar: String(scope.read(name)) } },
  ])
  return { origin: fields.origin, entries: new Map([...fields.entries, ...taken]) }
}

/** The same fields, with what the kind hears of the host on which it works. */
export function withHeard({ kind }: TaskSpec, fields: Sourced, on: string, scope: Scope): Sourced {
  const names = kind.module?.hears ?? []
  if (names.length === 0 || !('entries' in fields)) return fields
  const isOwn = on === String(scope.read('inventory_hostname'))
  const others = isOwn ? undefined : (scope.read('hostvars') as Readonly<Record<string, object>>)[on]
  const heardOf = (name: string): unknown => {
    if (isOwn) return scope.has(name) ? scope.read(name) : undefined
    return others && name in others ? Reflect.get(others, name) : undefined
  }
  const heard = names.flatMap((name): (readonly [string, SourcedEntry])[] => {
    const value = heardOf(name)
    const { origin } = fields
    return value === undefined ? [] : [[name, { key: origin, value: { origin, scalar: String(value) } }]]
  })
  return { origin: fields.origin, entries: new Map([...fields.entries, ...heard]) }
}

/** What a module is told without the options that are given nothing: `owner: ~` asks for what holds without it. */
export function withoutNulls({ kind, parameters }: Pick<TaskSpec, 'kind' | 'parameters'>): Sourced {
  // What takes any name keeps nothing, too, and what is none of ours decides that by itself.
  if (!kind.module || kind.module.open || kind.module.onlyInTurn || !('entries' in parameters))
    return parameters
  const shape = shapeOf(kind)
  const isGiven = (name: string, value: Sourced) =>
    !(name in shape) || !('scalar' in value && value.scalar === null)
  const given = [...parameters.entries].filter(([name, { value }]) => isGiven(name, value))
  return { origin: parameters.origin, entries: new Map(given) }
}

/** A field whose value turned out to be nothing counts as not written: `{{ default(mode, null) }}`. */
export function withoutNothing(fields: Sourced): Sourced {
  if (!('entries' in fields)) return fields
  const given = [...fields.entries].filter(([, { value }]) => !('scalar' in value && value.scalar === null))
  return { origin: fields.origin, entries: new Map(given) }
}
