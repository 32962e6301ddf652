import { z } from 'zod'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import type { Kind } from '../../resources/bind.ts'
import { kinds } from '../../resources/index.ts'
import { isTemplate } from '../expressions/text.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { validate } from '../validate.ts'
import { attempt } from './fields.ts'
import { ansibleModules, taskShape } from './words.ts'

/** A kind and what a task gives it. */
export interface KindUse {
  readonly kind: Kind
  readonly parameters: Sourced
}

const allKinds: ReadonlyMap<string, Kind> = new Map(Object.entries(kinds))

/** Names of all kinds. */
export const kindNames: readonly string[] = [...allKinds.keys()]

/** The kind that a task's key means, by its name here or with `ansible.builtin.` before it. */
export function kindCalled(name: string): Kind | undefined {
  return allKinds.get(name.replace(/^ansible\.(builtin|legacy)\./, ''))
}

/** Finds out what a task does from the keys that are no keys of every task. Throws InvalidInput. */
export function kindUse(
  candidates: readonly (readonly [name: string, entry: SourcedEntry])[],
  task: Origin,
): KindUse {
  const known = candidates.filter(([name]) => kindCalled(name))
  const strange = candidates.filter(([name]) => !kindCalled(name))
  if (strange.length > 0)
    throw new InvalidInput(strange.map(([name, { key }]) => unknownKind(name, key, known.length > 0)))
  const [first, second] = known
  if (!first)
    throw new InvalidInput([
      problem('this task says nothing to do', task, `name one of: ${[...allKinds.keys()].join(', ')}`),
    ])
  if (second)
    throw new InvalidInput([
      problem(
        `a task does one thing, and this one names ${first[0]} and ${second[0]}`,
        second[1].key,
        'make two tasks of it',
      ),
    ])
  const [name, { key, value }] = first
  const kind = kindCalled(name)
  if (!kind) throw new Error(`${name} is no kind`)
  return { kind, parameters: parametersOf(kind, value, key) }
}

/** A word or list alone stands for the field the kind names; nothing at all for no fields. */
function parametersOf(kind: Kind, value: Sourced, key: Origin): Sourced {
  if ('entries' in value) return value
  if ('scalar' in value && value.scalar === null) return { origin: key, entries: new Map() }
  const oneLine = 'scalar' in value && typeof value.scalar === 'string' ? pairsIn(value.scalar) : []
  if (oneLine.length > 0 && kind.name !== 'command' && kind.name !== 'shell') {
    const fields = oneLine.map(([name, text]) => `${name}: ${text}`).join(', ')
    throw new InvalidInput([
      problem(
        'fields written as name=value are not supported',
        value.origin,
        `write ${kind.name}: { ${fields} }`,
      ),
    ])
  }
  if (kind.shorthand === undefined) return value
  return { origin: value.origin, entries: new Map([[kind.shorthand, { key, value }]]) }
}

function pairsIn(text: string): readonly (readonly [name: string, value: string])[] {
  if (!/^[a-z_]+=/.test(text)) return []
  return [...text.matchAll(/([a-z_]+)=("[^"]*"|'[^']*'|\S*)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
}

function unknownKind(name: string, origin: Origin, besideKind: boolean): Failure {
  const short = name.split('.').at(-1) ?? name
  const ours = ansibleModules[short] ?? (short === name ? undefined : kindCalled(short)?.name)
  if (ours !== undefined)
    return problem(`there is no kind called ${quoted(name)}`, origin, `did you mean ${quoted(ours)}?`)
  const instead = taskShape.refused[short]
  if (instead !== undefined) return problem(`${quoted(name)} is not supported in a task`, origin, instead)
  if (besideKind)
    return problem(`unknown key ${quoted(name)} in a task`, origin, suggestion(name, taskShape.known))
  const next = suggestion(name, [...allKinds.keys(), ...taskShape.known])
  return problem(
    `there is no kind called ${quoted(name)}`,
    origin,
    next?.startsWith('did') ? next : `kinds: ${[...allKinds.keys()].join(', ')}`,
  )
}

/** The fields of a kind with their schemas; none where the schema does not say. */
export function shapeOf({ schema }: Kind): Readonly<Record<string, z.ZodType>> {
  return schema instanceof z.ZodObject ? schema.shape : {}
}

/** What is wrong with a task's fields as far as it shows before expressions have values. */
export function checkFields({ kind, parameters }: KindUse, problems: Failure[]): void {
  const shape = shapeOf(kind)
  if (!('entries' in parameters) || Object.keys(shape).length === 0) {
    if (!hasExpression(parameters)) attempt(problems, () => validate(kind.schema, parameters, kind.name))
    return
  }
  const { origin, entries } = parameters
  const literal = [...entries].filter(([, { value }]) => !hasExpression(value))
  const fields = literal.map(([name]) => [name, shape[name]?.optional() ?? z.never()] as const)
  const late = [...entries].filter(([, { value }]) => hasExpression(value))
  const others = [...Object.keys(shape), ...late.map(([name]) => name)]
    .filter((name) => !literal.some(([given]) => given === name))
    .map((name) => [name, shape[name] ? fieldIfAbsent(name, shape[name], entries) : z.never()] as const)
  const unknown = [...entries.keys()].filter((name) => !(name in shape))
  const partial = z.strictObject(
    Object.fromEntries([...others, ...fields].filter(([name]) => !unknown.includes(name))),
  )
  const kept = [...entries].filter(([name, { value }]) => unknown.includes(name) || !hasExpression(value))
  attempt(problems, () => validate(partial, { origin, entries: new Map(kept) }, kind.name))
}

/** A field that is not written must be one that may be absent; one whose value waits may be anything. */
function fieldIfAbsent(
  name: string,
  schema: z.ZodType,
  entries: ReadonlyMap<string, SourcedEntry>,
): z.ZodType {
  return entries.has(name) || (name === 'content' && entries.has('src')) ? schema.optional() : schema
}

/** Does any text in it hold something to compute? */
export function hasExpression(value: Sourced): boolean {
  if ('items' in value) return value.items.some(hasExpression)
  if ('entries' in value) return [...value.entries.values()].some((entry) => hasExpression(entry.value))
  return typeof value.scalar === 'string' && !value.literal && isTemplate(value.scalar)
}
