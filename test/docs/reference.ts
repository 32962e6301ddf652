import { z } from 'zod'

/** What of JSON Schema the schemas of this project come down to. */
interface Node {
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
  readonly anyOf?: readonly Node[]
  readonly oneOf?: readonly Node[]
  readonly additionalProperties?: Node | false
}

interface Row {
  readonly name: string
  readonly takes: string
  readonly fallback: string
  readonly meaning: string
}

/** The fields of a schema as a table, those of lists and mappings below their own name. */
export function tableOf(schema: z.ZodType): string {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node
  const cells = rowsOf(root, '', new Map()).map(
    ({ name, takes, fallback, meaning }) => `| \`${name}\` | ${takes} | ${fallback} | ${meaning} |`,
  )
  return ['| word | takes | without it | meaning |', '| --- | --- | --- | --- |', ...cells].join('\n')
}

/** Puts each table between the marks that name it: `<!-- table cluster -->` … `<!-- end -->`. */
export function fillTables(text: string, tables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, open, name, close) => {
    const table = tables[name]
    if (table === undefined) throw new Error(`there is no table ${name}`)
    return `${open}${table}\n${close}`
  })
}

function rowsOf(node: Node, above: string, seen: Map<string, string>): readonly Row[] {
  // A text in the place of a mapping has no words.
  const shapes = (node.oneOf ?? node.anyOf ?? [node]).filter(({ properties }) => properties)
  const names = [...new Set(shapes.flatMap(({ properties }) => Object.keys(properties ?? {})))]
  return names.flatMap((name) => {
    const owners = shapes.filter(({ properties }) => properties && name in properties)
    const fields = owners.flatMap(({ properties }) => properties?.[name] ?? [])
    const [field] = fields
    if (!field) return []
    const path = above === '' ? name : `${above}.${name}`
    const needed = owners.every(({ required }) => required?.includes(name))
    const only = owners.length < shapes.length ? ` (${owners.map(variantName).join(', ')} only)` : ''
    return [rowOf(path, fields, needed, only), ...below(path, field, seen)]
  })
}

function rowOf(name: string, fields: readonly Node[], needed: boolean, only: string): Row {
  const [field = {}] = fields
  const telling = fields.length > 1 && fields.every(({ const: value }) => value !== undefined)
  const meaning = telling
    ? fields.map((one) => `\`${String(one.const)}\`: ${one.description}`).join(' ')
    : `${field.description ?? ''}${only}`
  return {
    name,
    takes: telling ? fields.map(takes).join(', ') : takes(field),
    fallback: field.default === undefined ? (needed ? 'an error' : '–') : shown(field.default),
    meaning: meaning.replaceAll('|', '\\|'),
  }
}

/** A shape that was explained already is not explained twice. */
function below(path: string, field: Node, seen: Map<string, string>): readonly Row[] {
  const inner = field.items ?? (field.additionalProperties || field)
  if (!inner.properties && !inner.oneOf && !inner.anyOf?.some(({ properties }) => properties)) return []
  const key = JSON.stringify(inner.properties ?? inner.oneOf ?? inner.anyOf)
  const place = field.items ? `${path}[]` : field.additionalProperties ? `${path}.*` : path
  const before = seen.get(key)
  if (before !== undefined) return [{ name: place, takes: '', fallback: '', meaning: `as \`${before}\`` }]
  seen.set(key, place)
  return rowsOf(inner, place, seen)
}

function variantName({ properties }: Node): string {
  const constant = Object.values(properties ?? {}).find((one) => one.const !== undefined)
  return `\`${String(constant?.const)}\``
}

function takes(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``
  if (node.enum) return node.enum.map((one) => `\`${String(one)}\``).join(', ')
  const choices = node.anyOf ?? node.oneOf
  if (choices) return [...new Set(choices.map(takes))].join(' or ')
  if (node.items) return `list of ${plural(takes(node.items))}`
  if (node.type === 'object' || node.properties) return 'mapping'
  if (node.type === 'boolean') return '`true`, `false`'
  if (node.type === 'integer' || node.type === 'number') return numbers(node)
  return 'text'
}

function plural(kind: string): string {
  return { mapping: 'mappings', text: 'texts' }[kind] ?? kind
}

function numbers({ type, minimum, maximum }: Node): string {
  const kind = type === 'integer' ? 'whole number' : 'number'
  const low = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum
  if (low === undefined && high === undefined) return kind
  return high === undefined ? `${kind}, ${low} or more` : `${kind} ${low ?? '…'}–${high}`
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : `\`[${value.join(', ')}]\``
  if (value === '') return 'empty'
  if (typeof value !== 'object' || value === null) return `\`${String(value)}\``
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${String(one)}`)
  return entries.length === 0 ? 'its own defaults' : `\`${entries.join(', ')}\``
}
