import { suggestion } from '../../model/suggest.ts'
import { JinjaError } from '../failure.ts'
import { bound } from '../given.ts'
import type { Runtime } from '../runtime.ts'
import { type Given, present } from '../values.ts'
import { addresses } from './addresses.ts'
import { choosing } from './choose.ts'
import { data } from './data.ts'
import type { Filter, Filters } from './filter.ts'
import { general } from './general.ts'
import { jsonQuery } from './json-query.ts'
import { lists } from './lists.ts'
import { mappings } from './mappings.ts'
import { numbers } from './numbers.ts'
import { paths } from './paths.ts'
import { refusedFilters } from './refused.ts'
import { regexes } from './regexes.ts'
import { texts } from './texts.ts'
import { times } from './times.ts'

/** All filters, by what they are of. */
export const filterFamilies: Readonly<Record<string, Filters>> = {
  'any value': general,
  texts,
  'regular expressions': regexes,
  'numbers and truth values': numbers,
  lists: { ...lists, ...choosing },
  mappings,
  'JSON, YAML, base64 and hashes': { ...data, ...jsonQuery },
  'paths and addresses of the web': paths,
  times,
  'addresses of networks': addresses,
}

const filters: ReadonlyMap<string, Filter> = new Map(
  Object.values(filterFamilies).flatMap((family) => Object.entries(family)),
)

/** Names of all filters. */
export const filterNames: readonly string[] = [...filters.keys()]

/** Applies a filter by its name, with the collection it belongs to before it or not. */
export function applyFilter(name: string, value: unknown, given: Given, run: Runtime): unknown {
  const short = shortName(name)
  const filter = filters.get(short)
  if (!filter) throw unknownFilter(name, short)
  if (!filter.mindsNothing) {
    present(value)
    for (const one of given.positional) present(one)
    for (const one of given.named.values()) present(one)
  }
  const result = filter.call(value, bound(short, filter.parameters, given), run)
  if (typeof result === 'string') run.work.text(result.length)
  else if (Array.isArray(result)) run.work.list(result.length)
  return result
}

function unknownFilter(name: string, short: string): JinjaError {
  const reason = Object.hasOwn(refusedFilters, short) ? refusedFilters[short] : undefined
  if (reason !== undefined) return new JinjaError(`the filter "${name}" is not supported`, { next: reason })
  return new JinjaError(`there is no filter called "${name}"`, { next: suggestion(short, filterNames) })
}

/** What is wrong with the name of a filter. */
export function filterProblem(name: string): JinjaError | undefined {
  const short = shortName(name)
  return filters.has(short) ? undefined : unknownFilter(name, short)
}

/** A name without the collection before it. */
export function shortName(name: string): string {
  return /^(?:ansible\.(?:builtin|legacy|utils|netcommon)|community\.general)\.(\w+)$/.exec(name)?.[1] ?? name
}
