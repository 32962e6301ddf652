import { z } from 'zod'

/** As much of JSON Schema (draft 2020-12) as is written here, and what editors know beyond it. */
export interface JsonSchema {
  $schema?: string
  $defs?: Record<string, JsonSchema>
  $ref?: string
  title?: string
  description?: string
  default?: unknown
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  pattern?: string
  minLength?: number
  minimum?: number
  maximum?: number
  properties?: Record<string, JsonSchema>
  propertyNames?: JsonSchema
  patternProperties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  not?: JsonSchema
  if?: JsonSchema
  then?: JsonSchema
  else?: JsonSchema
  /** What editors say instead of showing the pattern. */
  patternErrorMessage?: string
  /** What editors say where a type, a list of words or a constant is missed, or a key is missing. */
  errorMessage?: string
  /** Editors leave it out when they propose words. */
  doNotSuggest?: boolean
}

/** Words that are no JSON Schema, but that editors heed. */
export const wordsOfEditors = ['patternErrorMessage', 'errorMessage', 'doNotSuggest'] as const

/** Nothing fits. */
const nothing: JsonSchema = { not: {} }

/** Patterns that an address fits in whatever way it is written; which of them are addresses, the code decides. */
const addresses: Readonly<Record<string, JsonSchema>> = {
  ipv4: { pattern: '^[0-9.]+$', patternErrorMessage: 'must be an IPv4 address' },
  ipv6: { pattern: '^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$', patternErrorMessage: 'must be an IPv6 address' },
  cidrv4: { pattern: '^[0-9.]+/[0-9]{1,2}$', patternErrorMessage: 'must be a network such as 10.0.0.0/24' },
  cidrv6: {
    pattern: '^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]{1,3}$',
    patternErrorMessage: 'must be a network such as fd00::/64',
  },
}

/** The schema of what a user writes, as JSON Schema: with descriptions, and with messages for what a pattern refuses. */
export function fromZod(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...written } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ zodSchema, jsonSchema }) => {
      // Bytes, which no YAML holds.
      if (zodSchema._zod.def.type === 'custom') Object.assign(jsonSchema, nothing)
      const address = addresses[jsonSchema.format ?? '']
      if (address) {
        delete jsonSchema.format
        Object.assign(jsonSchema, address)
      }
      const message = messageOf(zodSchema)
      if (jsonSchema.pattern !== undefined && message !== undefined)
        Object.assign(jsonSchema, { patternErrorMessage: message })
    },
  })
  return tidy(written as JsonSchema)
}

/** Fits the same and `null`, which stands for a value that was left out. */
export function orNothing(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string' && !schema.enum) return { ...schema, type: [schema.type, 'null'] }
  const { description, default: fallback, ...fits } = schema
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [fits, { type: 'null' }],
  }
}

/** Fits one schema where `test` fits, and another elsewhere. */
export function branch(test: JsonSchema, where: JsonSchema, elsewhere?: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: it is a word of JSON Schema
  return { if: test, then: where, ...(elsewhere ? { else: elsewhere } : {}) }
}

/** The same with every schema in it that is not a mapping of schemas replaced, the innermost first. */
export function mapped(schema: JsonSchema, replace: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const within = (one: JsonSchema) => mapped(one, replace)
  const { properties, additionalProperties, items, anyOf, oneOf } = schema
  return replace({
    ...schema,
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, one]) => [name, within(one)]),
          ),
        }
      : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: within(additionalProperties) }
      : {}),
    ...(items ? { items: within(items) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(within) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(within) } : {}),
  })
}

/** The words of a check that was given some. */
function messageOf(schema: z.core.$ZodType): string | undefined {
  const { checks } = schema._zod.def
  for (const { _zod } of checks ?? []) {
    const said = _zod.def.error?.({ code: 'custom', input: '', path: [] } as never)
    if (typeof said === 'string') return said
  }
  return undefined
}

/** Leaves out what says nothing: bounds of whole numbers as such, and shapes that nothing fits. */
function tidy(schema: JsonSchema): JsonSchema {
  return mapped(schema, ({ minimum, maximum, anyOf, ...rest }) => {
    const shapes = anyOf?.filter((one) => JSON.stringify(one) !== JSON.stringify(nothing))
    const [only] = shapes ?? []
    return {
      ...rest,
      ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
      ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
      ...(shapes && shapes.length > 1 ? { anyOf: shapes } : {}),
      ...(shapes?.length === 1 ? only : {}),
    }
  })
}
