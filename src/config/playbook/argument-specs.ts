import { humanToBytes } from '../../jinja/filters/numbers.ts'
import { isFloat, isInt, isMapping, isSequence, keysOf, valueAt } from '../../jinja/values.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { typeName } from '../expressions/values.ts'
import { suggestion } from '../suggest.ts'

/** One thing that a role takes, in the words of `meta/argument_specs.yml`. */
interface Option extends Together {
  readonly type?: string
  readonly elements?: string
  readonly required?: boolean
  readonly default?: unknown
  readonly choices?: readonly unknown[]
  readonly aliases?: readonly string[]
  readonly options?: Specification
}

/** What must or must not be said together, of the parts of one mapping. */
interface Together {
  readonly mutually_exclusive?: readonly (string | readonly string[])[]
  readonly required_together?: readonly (readonly string[])[]
  readonly required_one_of?: readonly (readonly string[])[]
  readonly required_if?: readonly (readonly [string, unknown, readonly string[], boolean?])[]
  readonly required_by?: Readonly<Record<string, string | readonly string[]>>
}

type Specification = Readonly<Record<string, Option | null>>
type Given = ReadonlyMap<string, unknown>

const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: (value) => typeof value === 'boolean' || isInt(value) || isText(value, /^\s*[-+]?\d+\s*$/),
  float: (value) =>
    isNumber(value) || (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))),
  bool: (value) =>
    typeof value === 'boolean' ||
    isText(value, /^\s*(?:true|false|yes|no|on|off|y|n|t|f|1|0)\s*$/i) ||
    (isNumber(value) && [0, 1].includes(Number(value))),
  list: (value) => isSequence(value) || typeof value === 'string' || isNumber(value),
  dict: (value) => isMapping(value) || isText(value, /^\{|=/),
  bytes: (value) => isSize(value, false),
  bits: (value) => isSize(value, true),
  jsonarg: (value) => typeof value === 'string' || isSequence(value) || isMapping(value),
}

/**
 * What is wrong with the variables that a role takes, by its own specification: as Ansible's
 * `validate_argument_spec` checks them. `provided` is what stands beside the role's name, and takes the place of
 * a variable; a name there that the role does not know is an error, too.
 */
export function argumentProblems(
  specification: Sourced | undefined,
  provided: Sourced | undefined,
  scope: Scope,
  resolver: Resolver,
): readonly string[] {
  const read = (value: Sourced) => plain(resolver.sourced(value, scope))
  const wanted = specification ? ((read(specification) ?? {}) as Specification) : {}
  const names = Object.entries(wanted).flatMap(([name, option]) => [name, ...(option?.aliases ?? [])])
  const variables = names.filter((name) => scope.has(name)).map((name) => [name, scope.read(name)] as const)
  const beside = provided ? ((read(provided) ?? {}) as Readonly<Record<string, unknown>>) : {}
  const given = new Map([...variables, ...Object.entries(beside)])
  return mappingProblems(wanted, {}, given, '')
}

function mappingProblems(
  wanted: Specification,
  together: Together,
  given: Given,
  prefix: string,
): readonly string[] {
  const options = Object.entries(wanted).map(([name, option]) => [name, option ?? {}] as const)
  const known = options.flatMap(([name, { aliases = [] }]) => [name, ...aliases])
  const named = new Map(given)
  for (const [name, { aliases = [], default: otherwise }] of options) {
    for (const alias of aliases) if (given.has(alias)) named.set(name, given.get(alias))
    if (!named.has(name) && (otherwise ?? null) !== null) named.set(name, otherwise)
  }
  return [
    ...[...given.keys()]
      .filter((name) => !known.includes(name))
      .map((name) => `${prefix}${name} is nothing that the role takes (${hint(name, known)})`),
    ...options.flatMap(([name, option]) => {
      const value = named.get(name)
      if (!named.has(name))
        return option.required === true ? [`the role needs the variable ${prefix}${name}`] : []
      return value === null || value === undefined ? [] : valueProblems(`${prefix}${name}`, option, value)
    }),
    ...exclusiveProblems(together, given, prefix),
    ...togetherProblems(together, named, prefix),
  ]
}

function hint(name: string, known: readonly string[]): string {
  return suggestion(name, known) ?? `it takes ${known.join(', ') || 'none'}`
}

function valueProblems(name: string, option: Option, value: unknown): readonly string[] {
  const { type = 'str', elements, choices, options } = option
  const mistaken = typeProblems(name, type, value)
  if (mistaken.length > 0) return mistaken
  const items = type === 'list' ? itemsOf(value) : [value]
  const parts = items.map((item, index) => [type === 'list' ? `${name}[${index}]` : name, item] as const)
  const wrong =
    elements === undefined ? [] : parts.flatMap(([part, item]) => typeProblems(part, elements, item))
  const isOne = (item: unknown) => choices?.some((choice) => String(choice) === String(item)) ?? true
  return [
    ...wrong,
    ...(items.every(isOne) ? [] : [`${name} must be one of ${choices?.join(', ')}`]),
    ...(options && (type === 'dict' || elements === 'dict')
      ? parts.flatMap(([part, item]) =>
          isMapping(item) ? mappingProblems(options, option, partsOf(item), `${part}.`) : [],
        )
      : []),
  ]
}

function typeProblems(name: string, type: string, value: unknown): readonly string[] {
  return (fits[type]?.(value) ?? true)
    ? []
    : [`${name} must be of the type ${type}, and is ${typeName(value)}`]
}

function itemsOf(value: unknown): readonly unknown[] {
  if (isSequence(value)) return value
  return typeof value === 'string' ? value.split(',') : [value]
}

function partsOf(mapping: Parameters<typeof keysOf>[0]): Given {
  return new Map(keysOf(mapping).map((key) => [String(key), valueAt(mapping, key)]))
}

function exclusiveProblems({ mutually_exclusive: groups = [] }: Together, given: Given, prefix: string) {
  const isOne = groups.every((one) => typeof one === 'string')
  return (isOne ? [groups as readonly string[]] : groups).flatMap((group) => {
    const both = [group].flat().filter((name) => given.has(name))
    return both.length > 1 ? [`${listOf(both, prefix)} exclude each other`] : []
  })
}

function togetherProblems(together: Together, given: Given, prefix: string): readonly string[] {
  const said = (names: readonly string[]) => names.filter((name) => given.has(name))
  const { required_together: pairs = [], required_one_of: choices = [] } = together
  return [
    ...pairs
      .filter((group) => ![0, group.length].includes(said(group).length))
      .map((group) => `${listOf(group, prefix)} are needed together`),
    ...choices
      .filter((group) => said(group).length === 0)
      .map((group) => `one of ${listOf(group, prefix)} is needed`),
    ...(together.required_if ?? [])
      .filter(([name, value]) => given.has(name) && String(given.get(name)) === String(value))
      .filter(([, , needed, any]) => (any ? said(needed).length === 0 : said(needed).length < needed.length))
      .map(
        ([name, value, needed, any]) =>
          `${any ? 'one of ' : ''}${listOf(needed, prefix)} must be given where ${prefix}${name} is ${value}`,
      ),
    ...Object.entries(together.required_by ?? {})
      .map(([name, needed]) => [name, [needed].flat().filter((one) => !given.has(one))] as const)
      .filter(([name, missing]) => given.has(name) && missing.length > 0)
      .map(([name, missing]) => `${listOf([name], prefix)} needs ${listOf(missing, prefix)}`),
  ]
}

function listOf(names: readonly string[], prefix: string): string {
  return names.map((name) => `${prefix}${name}`).join(', ')
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

function isNumber(value: unknown): boolean {
  return isInt(value) || isFloat(value)
}

function isSize(value: unknown, bits: boolean): boolean {
  try {
    humanToBytes(String(value), undefined, bits)
    return true
  } catch {
    return false
  }
}
