import { JinjaError } from '../failure.ts'
import { int, isSequence } from '../values.ts'
import type { Filter, Filters } from './filter.ts'

const forms: Readonly<Record<string, (digits: string) => unknown>> = {
  bare: (digits) => digits.toUpperCase(),
  bool: () => true,
  int: (digits) => int(BigInt(`0x${digits}`)),
  cisco: (digits) => (digits.match(/.{4}/g) ?? []).join('.'),
  eui48: (digits) => (digits.toUpperCase().match(/../g) ?? []).join('-'),
  win: (digits) => (digits.toUpperCase().match(/../g) ?? []).join('-'),
  linux: (digits) => (digits.match(/../g) ?? []).join(':'),
  pgsql: (digits) => `${digits.slice(0, 6)}:${digits.slice(6)}`,
  postgresql: (digits) => `${digits.slice(0, 6)}:${digits.slice(6)}`,
  psql: (digits) => `${digits.slice(0, 6)}:${digits.slice(6)}`,
  unix: (digits) => (digits.match(/../g) ?? []).map((byte) => byte.replace(/^0/, '')).join(':'),
}

function ask(value: unknown, query: string): unknown {
  if (isSequence(value)) return value.map((one) => ask(one, query)).filter((one) => one !== null)
  const nothing = () => {
    if (query === '' || query === 'bool') return null
    throw new JinjaError('this is no hardware address')
  }
  if (typeof value !== 'string') return nothing()
  const digits = value.toLowerCase().replaceAll(/[-:.]/g, '')
  if (
    !/^[\da-f]{12}$/.test(digits) ||
    !/^(?:[\da-f]{1,2}[-:]?){6}$|^(?:[\da-f]{4}[.:-]?){3}$|^[\da-f]{6}[:-][\da-f]{6}$/i.test(value)
  )
    return nothing()
  if (query === '') return value
  const form = Object.hasOwn(forms, query) ? forms[query] : undefined
  if (!form)
    throw new JinjaError(`"${query}" is no form of hardware addresses`, {
      next: `known: ${Object.keys(forms).join(', ')}`,
    })
  return form(digits)
}

const filter: Filter = { parameters: 'query', call: (value, [query = '']) => ask(value, String(query)) }

/** Filters of hardware addresses. */
export const hardware: Filters = { hwaddr: filter, macaddr: filter }
