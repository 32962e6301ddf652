import type { OwnLines } from '../../model/resource.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { InventoryHost } from './inventory.ts'

/** What is said by name rather than by the word `extra`. */
const named: ReadonlySet<string> = new Set(['pools', 'vips'])

/** Does a key of a mapping say lines that go into a configuration as they are? */
export function isOwnLines(key: string, around: string | undefined): boolean {
  return key === 'extra' && !(around !== undefined && named.has(around))
}

/** The lines that a host is told of. */
export function linesWritten({ variables }: InventoryHost): readonly OwnLines[] {
  return ['cluster', 'director'].flatMap((name) => {
    const said = variables.get(name)
    // Other groups may tell it of other clusters.
    const all = said ? [said.value, ...said.losers.map(({ value }) => value)] : []
    return all.flatMap((value) => linesIn(value, [name]))
  })
}

function linesIn(value: Sourced, path: readonly string[], isLines = false): readonly OwnLines[] {
  if ('items' in value) return value.items.flatMap((item, at) => linesIn(item, [...path, String(at)]))
  if ('entries' in value)
    return [...value.entries].flatMap(([key, entry]) =>
      linesIn(entry.value, [...path, key], isLines || isOwnLines(key, path.at(-1))),
    )
  const { origin, scalar } = value
  return isLines && typeof scalar === 'string' && scalar !== ''
    ? [{ origin, scalar, name: path.join('.') }]
    : []
}
