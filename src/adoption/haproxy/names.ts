import type { No } from '../proxy.ts'
import type { HaproxyLine, Section } from './sections.ts'

/** A backend of a frontend, and by which names it is asked for; without any it gets what is left. */
export interface NamedBackend {
  readonly called: string
  readonly hosts: readonly string[]
}

/** What a request must be for an `acl` or an anonymous one, where that is a name it asks for. */
const ofHosts = /^(?:req\.)?hdr(_end)?\(host\)(?:,lower)?$/i

/**
 * To which backends a frontend sends requests, where it goes by names alone: `acl`s of the header Host, and `use_backend`s that
 * ask for one of them or another. Of several that fit HAProxy takes the first.
 */
export function backendsByName({ lines }: Section): readonly NamedBackend[] | No {
  const rest = lines.findLast(({ words }) => words[0] === 'default_backend')?.words[1]
  const named = new Map<string, string[]>()
  for (const line of lines.filter(({ words }) => words[0] === 'acl')) {
    const [, name = '', ...condition] = line.words
    const hosts = hostsIn(condition)
    if (!hosts) return { no: 'acl has no word here', at: line.at }
    named.set(name, [...(named.get(name) ?? []), ...hosts])
  }
  const taken = new Set<string>()
  const found: NamedBackend[] = []
  for (const line of lines.filter(({ words }) => words[0] === 'use_backend')) {
    const [, called = '', word, ...condition] = line.words
    const hosts = word === 'if' ? hostsOf(condition, named) : undefined
    if (!hosts) return { no: 'use_backend … with such a condition has no word', at: line.at }
    const left = hosts.filter((host) => !taken.has(host))
    for (const host of left) taken.add(host)
    if (left.length > 0) found.push({ called, hosts: left })
  }
  return [...found, ...(rest === undefined ? [] : [{ called: rest, hosts: [] }])]
}

/** Does a line say to which backend what goes? */
export function isRoute({ words: [first = ''] }: HaproxyLine): boolean {
  return first === 'acl' || first === 'use_backend'
}

/** `a or b || { hdr(host) -i c }`: any of them. */
function hostsOf(
  condition: readonly string[],
  named: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const all: string[] = []
  for (const part of condition.join(' ').split(/ (?:or|\|\|) /)) {
    const [, inside] = /^\{ (.*) \}$/.exec(part) ?? []
    const hosts = inside === undefined ? named.get(part) : hostsIn(inside.split(' '))
    if (!hosts) return undefined
    all.push(...hosts)
  }
  return all
}

function hostsIn([what = '', ...words]: readonly string[]): readonly string[] | undefined {
  const found = ofHosts.exec(what)
  if (!found) return undefined
  const names = words.filter((word) => word !== '-i' && word !== '--').map((word) => word.toLowerCase())
  const isEnding = found[1] !== undefined
  const shape = isEnding ? /^(\.[a-z0-9-]+)+$/ : /^[a-z0-9-]+(\.[a-z0-9-]+)*$/
  if (names.length === 0 || !names.every((name) => shape.test(name))) return undefined
  return names.map((name) => (isEnding ? `*${name}` : name))
}
