import { plain, type Sourced } from '../../model/sourced.ts'
import type { Resolver } from '../expressions/resolve.ts'
import type { Scope } from '../expressions/scope.ts'
import { typeName } from '../expressions/values.ts'

interface Option {
  readonly type?: string
  readonly required?: boolean
  readonly choices?: readonly unknown[]
  readonly default?: unknown
}

const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  str: (value) => typeof value !== 'object',
  int: (value) => /^-?\d+$/.test(String(value)),
  float: (value) => typeof value !== 'object' && !Number.isNaN(Number(value)),
  bool: (value) => /^(true|false|yes|no|on|off|y|n|t|f|1|0)$/i.test(String(value)),
  list: (value) => Array.isArray(value) || typeof value === 'string' || typeof value === 'number',
  dict: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

/** What is wrong with the variables that a role takes, by its own specification. */
export function argumentProblems(
  specification: Sourced | undefined,
  scope: Scope,
  resolver: Resolver,
): readonly string[] {
  if (!specification || !('entries' in specification)) return []
  return [...specification.entries].flatMap(([name, { value }]) => {
    const option = (plain(resolver.sourced(value, scope)) ?? {}) as Option
    const given = scope.has(name) ? scope.read(name) : undefined
    if (given === undefined || given === null)
      return option.required === true ? [`the role needs the variable ${name}`] : []
    const type = option.type ?? 'str'
    if (fits[type] && !fits[type](given))
      return [`${name} must be of the type ${type}, and is ${typeName(given)}`]
    const { choices } = option
    const chosen = Array.isArray(given) ? given : [given]
    if (choices && !chosen.every((one) => choices.some((choice) => String(choice) === String(one))))
      return [`${name} must be one of ${choices.join(', ')}`]
    return []
  })
}
