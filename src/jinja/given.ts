import { suggestion } from '../model/suggest.ts'
import { JinjaError } from './failure.ts'
import { type Given, isInt, isSequence, numberOf, present, typeWords } from './values.ts'

/**
 * Arguments in the order of their parameters, `undefined` where one is not given. Parameters are words: `a b`, `*rest`
 * takes all further ones as a list, `a!` must be given, `**` further named ones as a map.
 */
export function bound(what: string, parameters: string, { positional, named }: Given): readonly unknown[] {
  const marked = parameters.split(' ').filter((name) => name !== '')
  const names = marked.map((name) => name.replace('!', ''))
  const single = names.filter((name) => !name.startsWith('*'))
  const rest = names.find((name) => /^\*\w/.test(name))
  const further = names.includes('**')
  if (positional.length > single.length && !rest)
    throw new JinjaError(
      `${what} takes ${single.length === 0 ? 'no values' : `${single.length} ${single.length === 1 ? 'value' : 'values'} (${single.join(', ')})`}, and ${positional.length} are given`,
    )
  const values: unknown[] = single.map((name, index) =>
    index < positional.length ? positional[index] : named.get(name),
  )
  const unknown = [...named.keys()].filter((name) => !single.includes(name))
  const strange = unknown[0]
  if (strange !== undefined && !further)
    throw new JinjaError(`${what} has no parameter "${strange}"`, { next: suggestion(strange, single) })
  const twice = single.find((name, index) => index < positional.length && named.has(name))
  if (twice !== undefined) throw new JinjaError(`${what} is given "${twice}" twice`)
  const absent = marked.findIndex((name, index) => name.endsWith('!') && values[index] === undefined)
  if (absent >= 0) throw new JinjaError(`${what} needs "${single[absent]}"`)
  if (rest) values.push(positional.slice(single.length))
  if (further) values.push(new Map(unknown.map((name) => [name, named.get(name)])))
  return values
}

/** A value that must be text. */
export function textGiven(value: unknown, what: string): string {
  present(value)
  if (typeof value === 'string') return value
  throw new JinjaError(`${what} needs text, and this is ${typeWords(value)}`, { next: 'write x | string' })
}

/** A value that must be a whole number, or the one that counts where nothing is given. */
export function wholeGiven(value: unknown, what: string, otherwise?: number): number {
  if (value === undefined && otherwise !== undefined) return otherwise
  present(value)
  if (isInt(value) || typeof value === 'boolean') return Number(value)
  throw new JinjaError(`${what} needs a whole number, and this is ${typeWords(value)}`, {
    next: 'write x | int',
  })
}

/** A value that must be a number. */
export function numberGiven(value: unknown, what: string): number {
  present(value)
  const number = numberOf(value)
  if (number !== undefined) return number
  throw new JinjaError(`${what} needs a number, and this is ${typeWords(value)}`, {
    next: 'write x | int or x | float',
  })
}

/** A value that must be a list. */
export function listGiven(value: unknown, what: string): readonly unknown[] {
  present(value)
  if (isSequence(value)) return value
  throw new JinjaError(`${what} needs a list, and this is ${typeWords(value)}`)
}
