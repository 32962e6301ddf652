/** What `$NAME=` was set to last; a value of several lines has line ends in it. */
export type Definitions = Map<string, string>

/** A definition that holds itself would be replaced for ever. */
const deepest = 20
/** What definitions make of one line, in characters: longer ones are made by definitions of definitions alone. */
const longest = 100_000

/**
 * Replaces `$NAME` before a blank or the end, and `${NAME}` anywhere, again and again; what is not defined stays
 * (keepalived.conf(5), "Parameter substitution").
 */
export function substituted(text: string, definitions: Definitions): string {
  let result = text.replaceAll(drawn, (_, least?: string) => `${Math.max(1, Number(least ?? 1))}`)
  // Of several lines each is replaced by itself: one that begins with ~SEQ stands for many.
  const depths = bringsLines(result, definitions) ? 1 : deepest
  for (let depth = 0; depth < depths && result.includes('$'); depth++) {
    let length = result.length
    const next = result.replaceAll(used, (whole, braced?: string, bare?: string) => {
      const value = definitions.get(braced ?? bare ?? '') ?? whole
      length += value.length - whole.length
      return length > longest ? whole : value
    })
    if (next === result) break
    result = next
  }
  return result
}

function bringsLines(text: string, definitions: Definitions): boolean {
  return [...text.matchAll(used)].some(([, braced, bare]) =>
    definitions.get(braced ?? bare ?? '')?.includes('\n'),
  )
}

/** A number that keepalived draws anew each time it reads the file, from the first to the second; the least of them stands for it. */
const drawn = /\$\{_RANDOM(?:\s+(\d+))?(?:\s+\d+)?\s*\}/g

/** `$NAME` before a blank or the end, and `${NAME}` anywhere. */
const used = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)(?=\s|$))/g

/** Nobody defines things by so many others in a row. */
const longestWay = 100

/** Names in a text of which each stands for the next one, and the last for the first: keepalived would replace them for ever. */
export function circleIn(text: string, definitions: Definitions): readonly string[] | undefined {
  const ended = new Set<string>()
  const follow = (value: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.length > longestWay || !value.includes('$')) return undefined
    for (const [, braced, bare] of value.matchAll(used)) {
      const name = braced ?? bare ?? ''
      const known = definitions.get(name)
      if (known === undefined || ended.has(name)) continue
      if (way.includes(name)) return way.slice(way.indexOf(name))
      const circle = follow(known, [...way, name])
      if (circle) return circle
      ended.add(name)
    }
    return undefined
  }
  return follow(text, [])
}

/** No configuration of a cluster has more lines than these of one `~SEQ`. */
const mostOfOne = 5000

/** What stands before a brace, and the repetition behind it, which is on a line of its own to keepalived (lib/parser.c, read_line). */
export function beforeRepetition(text: string): readonly [string, string] | undefined {
  const [, before = '', rest = ''] = /^([^"]*[{}])\s*(~(?:SEQx?|LST)\s*\(.*)$/s.exec(text) ?? []
  return rest === '' || /^\s*~/.test(before) ? undefined : [before, rest]
}

/** A line that begins with `~SEQ(…)` or `~LST(…)` stands for many: with each value, what follows. None where it says no values. */
export function repetitions(
  text: string,
  definitions: Definitions,
): readonly { readonly set: Definitions; readonly rest: string }[] | undefined {
  const found = /^\s*~(SEQx?|LST)\s*\(([^()]*)\)\s*(.*)$/s.exec(text)
  if (!found) return undefined
  const [, word = '', inside = '', rest = ''] = found
  const sets = word === 'LST' ? listed(inside) : counted(inside, word === 'SEQx', definitions)
  if (sets.length === 0) return undefined
  return sets.map((set) => ({ set: new Map(set), rest }))
}

function listed(inside: string): readonly [string, string][][] {
  const [names, ...values] =
    inside
      .match(/\{[^{}]*\}|[^,{}]+/g)
      ?.map(words)
      .filter(({ length }) => length > 0) ?? []
  return values.map((row) => (names ?? []).map((name, index) => [name, row[index] ?? '']))
}

const words = (part: string): readonly string[] =>
  part
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

function counted(
  inside: string,
  hexadecimal: boolean,
  definitions: Definitions,
): readonly [string, string][][] {
  const [name = '', ...numbers] = inside.split(',').map((word) => substituted(word.trim(), definitions))
  if (name === '' || numbers.length === 0 || numbers.length > 3) return []
  const [one = 0, two, three] = numbers.map(Number)
  const [start, step, end] =
    two === undefined
      ? [one > 0 ? 1 : -1, one > 0 ? 1 : -1, one]
      : three === undefined
        ? [one, two < one ? -1 : 1, two]
        : [one, two, three]
  if (![start, step, end].every(Number.isInteger) || step === 0) return []
  const all: [string, string][][] = []
  for (let at = start; (step > 0 ? at <= end : at >= end) && all.length < mostOfOne; at += step)
    all.push([[name, at.toString(hexadecimal ? 16 : 10)]])
  return all
}
