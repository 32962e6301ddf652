import { isDeepStrictEqual } from 'node:util'
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar as ScalarNode, type YAMLMap } from 'yaml'
import { type Failure, InvalidInput } from '../model/failure.ts'
import { type Origin, showOrigin } from '../model/origin.ts'
import { quoted } from '../model/quoted.ts'
import type { Fix } from '../model/rule.ts'
import { plain, type Scalar, type Sourced, type SourcedEntry } from '../model/sourced.ts'
import type { Warn } from './problem.ts'
import { problemInText } from './problem.ts'
import type { InputRule } from './rules/index.ts'
import { type SecretSources, secretTags } from './secret-sources.ts'
import { olderTruths, surprise } from './yaml-surprises.ts'

/** What surrounds the nodes of one document. */
export interface Surroundings {
  readonly text: string
  readonly originOf: (offset: number) => Origin
  readonly warn: Warn
  readonly secrets: SecretSources
}

/** A parsed value, and how many values it is when written out. */
interface Built {
  readonly value: Sourced
  readonly size: number
}

/** The document as read so far; lives as long as one call of `sourcedOf`. */
interface Reading extends Surroundings {
  readonly anchors: Map<string, Built | 'open'>
  readonly problems: Failure[]
  /** Values that aliases brought in. */
  aliased: number
}

/** A file that grows by more values than this through its aliases is a mistake or an attack. */
const aliasedValuesLimit = 100_000

/** Nobody reads more of one file at a time. */
const mostProblems = 100

/** The nodes of a document as values with places. Throws InvalidInput. */
export function sourcedOf(contents: Node | null, surroundings: Surroundings): Sourced {
  const reading: Reading = { ...surroundings, anchors: new Map(), problems: [], aliased: 0 }
  const { value } = build(reading, contents, reading.originOf(0))
  if (reading.problems.length > 0) throw new InvalidInput(reading.problems)
  return value
}

function build(reading: Reading, node: unknown, fallback: Origin, key = ''): Built {
  if (isAlias(node)) return follow(reading, node.source, placeOf(reading, node, fallback))
  if (!isScalar(node) && !isSeq(node) && !isMap(node))
    return { value: { origin: fallback, scalar: null }, size: 1 }
  const origin = placeOf(reading, node, fallback)
  if (node.anchor) reading.anchors.set(node.anchor, 'open')
  const secret = secretOf(reading, node, origin)
  const built = secret
    ? { value: secret, size: 1 }
    : isScalar(node)
      ? { value: { origin, scalar: scalar(reading, node, origin, key), ...floatOf(node) }, size: 1 }
      : isSeq(node)
        ? sequence(reading, node.items, origin)
        : mapping(reading, node, origin)
  if (node.anchor) reading.anchors.set(node.anchor, built)
  return built
}

/** What a tag takes from elsewhere. */
function secretOf(reading: Reading, node: Node, origin: Origin): Sourced | undefined {
  // What stands behind it is text, whatever it looks like: Ansible's own tag.
  if (node.tag === '!unsafe' && isScalar(node))
    return { origin, scalar: String(node.value ?? ''), literal: true }
  const tag = secretTags.find((one) => one === node.tag)
  if (tag === undefined) return undefined
  const words = isSeq(node) ? node.items.map((item) => (isScalar(item) ? String(item.value) : '')) : []
  const single = isScalar(node) ? String(node.value) : ''
  try {
    const asked = tag === '!command' && isScalar(node) ? ['sh', '-c', single] : isSeq(node) ? words : [single]
    const scalar = reading.secrets.reveal(tag, asked, origin)
    // What was encrypted with Ansible's tools may hold expressions, as any value of an inventory.
    return { origin, scalar, secret: true, ...(tag === '!vault' ? {} : { literal: true }) }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    reading.problems.push(...error.problems)
    return { origin, scalar: null }
  }
}

function follow(reading: Reading, name: string, origin: Origin): Built {
  const target = reading.anchors.get(name)
  const nothing: Built = { value: { origin, scalar: null }, size: 1 }
  if (target === undefined)
    reject(
      reading,
      'yaml-alias',
      origin,
      `the alias *${name} has no anchor`,
      `write &${name} before a value above this line`,
    )
  else if (target === 'open')
    reject(
      reading,
      'yaml-alias-circle',
      origin,
      `the alias *${name} stands inside its own anchor`,
      'remove it: a value cannot hold itself',
    )
  else {
    reading.aliased += target.size
    if (reading.aliased <= aliasedValuesLimit) return target
    throw new InvalidInput([
      problemInText(
        'yaml-alias-explosion',
        reading.text,
        origin,
        `aliases make this file more than ${aliasedValuesLimit} values long`,
        'write the values out, or refer to fewer at a time',
      ),
    ])
  }
  return nothing
}

function scalar(reading: Reading, node: ScalarNode, origin: Origin, key: string): Scalar {
  const { value } = node
  if (node.type === 'PLAIN') {
    const source = node.source ?? ''
    const truth = node.tag === undefined ? olderTruths.get(source) : undefined
    if (truth !== undefined) return truth
    // Octal numbers of YAML 1.2 are text in Ansible's parser, which modules take for permissions.
    if (node.tag === undefined && /^0o[0-7]+$/.test(source)) return source
    const doubt = surprise(source, key)
    if (doubt) reading.warn('yaml-octal', doubt, origin)
  }
  return typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null
    ? value
    : String(node.source)
}

/** Expressions tell 1.0 from 1. */
function floatOf({ value, source }: ScalarNode): { readonly float?: true } {
  return Number.isInteger(value) &&
    typeof value === 'number' &&
    /[.eE]/.test(source ?? '') &&
    !/^[-+]?0x/i.test(source ?? '')
    ? { float: true }
    : {}
}

function sequence(reading: Reading, nodes: readonly unknown[], origin: Origin): Built {
  const built = nodes.map((node) => build(reading, node, origin))
  return { value: { origin, items: built.map(({ value }) => value) }, size: total(built) }
}

function mapping(reading: Reading, node: YAMLMap, origin: Origin): Built {
  const entries = new Map<string, SourcedEntry>()
  const sizes: Built[] = []
  const merged: Built[] = []
  for (const pair of node.items) {
    const at = placeOf(reading, pair.key, origin)
    if (isScalar(pair.key) && typeof pair.key.value === 'symbol') {
      merged.push(...mergeSources(reading, build(reading, pair.value, at), at))
      continue
    }
    const name = keyName(reading, pair.key, at)
    if (name === undefined) continue
    const built = build(reading, pair.value, at, name)
    const twin = entries.get(name)
    if (twin)
      reject(
        reading,
        'yaml-duplicate-key',
        at,
        `the key ${quoted(name)} is given twice`,
        `remove one; the first is at ${showOrigin(twin.key)}`,
        isDeepStrictEqual(plain(twin.value), plain(built.value)) ? { is: 'no-key' } : undefined,
      )
    else entries.set(name, { key: at, value: built.value })
    sizes.push(built)
  }
  for (const { value } of merged)
    if ('entries' in value)
      for (const [name, entry] of value.entries) if (!entries.has(name)) entries.set(name, entry)
  return { value: { origin, entries }, size: total([...sizes, ...merged]) }
}

function mergeSources(reading: Reading, source: Built, origin: Origin): readonly Built[] {
  const sources = 'items' in source.value ? source.value.items : [source.value]
  if (sources.every((value) => 'entries' in value))
    return sources.map((value, index) => ({ value, size: index === 0 ? source.size : 0 }))
  reject(
    reading,
    'yaml-merge',
    origin,
    'only mappings can be merged with <<',
    'write "<<: *name", with &name before a mapping',
  )
  return []
}

function keyName(reading: Reading, node: unknown, origin: Origin): string | undefined {
  if (isScalar(node)) {
    if (node.type !== 'PLAIN') return String(node.value)
    if (node.source) return node.source
    reject(
      reading,
      'yaml-key',
      origin,
      'a key is missing before this ":"',
      'write the key, or quote the value if ":" is part of it',
    )
    return undefined
  }
  const braces = isMap(node) && reading.text[(node.range?.[0] ?? 0) - 1] === '{'
  reject(
    reading,
    braces ? 'yaml-braces' : 'yaml-key',
    origin,
    braces ? 'a value that starts with {{ must be quoted' : 'a key must be one word or text',
    braces ? 'write "{{ … }}" with quotes around the whole value' : 'put quotes around the key',
  )
  return undefined
}

function placeOf(reading: Reading, node: unknown, fallback: Origin): Origin {
  const offset = (node as Node | null)?.range?.[0]
  return offset === undefined ? fallback : reading.originOf(offset)
}

function reject(
  reading: Reading,
  rule: InputRule,
  origin: Origin,
  message: string,
  next: string,
  fix?: Fix,
): void {
  reading.problems.push(problemInText(rule, reading.text, origin, message, next, fix))
  if (reading.problems.length === mostProblems) throw new InvalidInput(reading.problems)
}

function total(parts: readonly Built[]): number {
  return parts.reduce((sum, { size }) => sum + size, 1)
}
