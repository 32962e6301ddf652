import type { JsonSchema } from './json-schema.ts'

/** Shorter parts, and those that come once or twice, stay where they are. */
const shortest = 100
const often = 3

/** The same schema, with what it says again and again said once, under `$defs`: editors read a third of the text. */
export function withSharedParts(schema: JsonSchema): JsonSchema {
  const times = new Map<string, number>()
  const count = (part: JsonSchema): JsonSchema => {
    const text = JSON.stringify(part)
    times.set(text, (times.get(text) ?? 0) + 1)
    return inEachPart(part, count)
  }
  inEachPart(schema, count)
  const shared = new Map<string, { readonly name: string; schema: JsonSchema }>()
  const share = (part: JsonSchema): JsonSchema => {
    const text = JSON.stringify(part)
    if (text.length < shortest || (times.get(text) ?? 0) < often) return inEachPart(part, share)
    const known = shared.get(text) ?? { name: `shared-${shared.size + 1}`, schema: part }
    if (!shared.has(text)) {
      shared.set(text, known)
      known.schema = inEachPart(part, share)
    }
    return { $ref: `#/$defs/${known.name}` }
  }
  const { $defs = {}, ...whole } = inEachPart(schema, share)
  const parts = [...shared.values()].map((one) => [one.name, one.schema] as const)
  return { ...whole, $defs: { ...$defs, ...Object.fromEntries(parts) } }
}

/** A schema with each schema directly in it replaced by another; those under `$defs` keep their names. */
function inEachPart(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const ofMany = (parts: Record<string, JsonSchema>) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part)]))
  const made: JsonSchema = { ...schema }
  for (const word of ['properties', 'patternProperties'] as const) {
    const parts = schema[word]
    if (parts) made[word] = ofMany(parts)
  }
  for (const word of ['anyOf', 'oneOf', 'allOf'] as const) {
    const parts = schema[word]
    if (parts) made[word] = parts.map(change)
  }
  for (const word of ['items', 'not', 'if', 'then', 'else', 'propertyNames'] as const) {
    const part = schema[word]
    if (part) made[word] = change(part)
  }
  if (typeof schema.additionalProperties === 'object')
    made.additionalProperties = change(schema.additionalProperties)
  if (schema.$defs)
    made.$defs = Object.fromEntries(
      Object.entries(schema.$defs).map(([name, part]) => [name, inEachPart(part, change)]),
    )
  return made
}
