import { InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { pythonRegExp } from '../../model/python-regexp.ts'
import { quoted } from '../../model/quoted.ts'
import { problem } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { inTime, TooSlow } from '../time-limit.ts'
import { isIpv6 } from './host-names.ts'
import { hostsOf, type Inventory } from './inventory.ts'

/**
 * The hosts a pattern means, in inventory order of each part: names, `a:b` or `a,b`, `!c`, `&d`, globs, `~regex`,
 * `group[0]`, `group[1:3]`. Throws InvalidInput where a part means nothing.
 */
export function matchHosts(pattern: string, inventory: Inventory, origin?: Origin): readonly string[] {
  return matched(pattern, origin, (part) => matchPart(part, inventory, origin))
}

/** The same where groups may not be there yet: a part that means nothing means nobody. */
export function matchHostsSoFar(pattern: string, inventory: Inventory): readonly string[] {
  return matched(pattern, undefined, (part) => {
    try {
      return matchPart(part, inventory, undefined)
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      return []
    }
  })
}

/** Names in a pattern, without marks and positions; globs and regular expressions as they are. */
export function namesInPattern(pattern: string): readonly string[] {
  return splitPattern(pattern).map((part) =>
    part.replace(/^[!&]/, '').replace(/\[(?:-?\d+|\d+[:-]\d*)\]$/, ''),
  )
}

function matched(
  pattern: string,
  origin: Origin | undefined,
  match: (part: string) => readonly string[],
): readonly string[] {
  const parts = splitPattern(pattern)
  if (parts.length === 0)
    throw invalid('the pattern for hosts is empty', origin, 'write "all" for every host')
  const chosen = (mark: string) =>
    parts.filter((part) => part.startsWith(mark)).map((part) => match(part.slice(1)))
  const plain = parts.filter((part) => !/^[!&]/.test(part))
  const wanted = (plain.length > 0 ? plain : ['all']).flatMap(match)
  const required = chosen('&').map((hosts) => new Set(hosts))
  const excluded = new Set(chosen('!').flat())
  return [...new Set(wanted)].filter(
    (host) => !excluded.has(host) && required.every((hosts) => hosts.has(host)),
  )
}

/** Parts of a pattern; a colon inside brackets, of an IPv6 address or in a regex in a comma list is no separator. */
function splitPattern(pattern: string): readonly string[] {
  const parts = pattern.includes(',') ? pattern.split(/,(?![^[]*\])/) : splitAtColons(pattern)
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function splitAtColons(pattern: string): readonly string[] {
  if (isIpv6(pattern.replace(/^[!&]/, ''))) return [pattern]
  return pattern.split(/:(?![^[]*\])/)
}

function matchPart(part: string, inventory: Inventory, origin: Origin | undefined): readonly string[] {
  if (part.startsWith('~')) return matching(expression(part, origin), part, inventory, origin)
  const [, name, index, first, last] = /^(.+?)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/.exec(part) ?? []
  if (name === undefined) return named(part, inventory, origin)
  const hosts = named(name, inventory, origin)
  const found =
    index !== undefined
      ? [hosts.at(Number(index))].flatMap((host) => host ?? [])
      : hosts.slice(Number(first), last ? Number(last) + 1 : undefined)
  if (found.length > 0) return found
  throw invalid(
    `${quoted(part)} means no host: ${name} has ${hosts.length}`,
    origin,
    'positions count from 0; write for example web[0], web[-1] or web[0:2]',
  )
}

function named(part: string, inventory: Inventory, origin: Origin | undefined): readonly string[] {
  if (inventory.groups.has(part)) return hostsOf(inventory, part)
  if (inventory.hosts.has(part)) return [part]
  if (/[*?[]/.test(part)) return matching(glob(part), part, inventory, origin)
  throw invalid(
    `no host or group is called ${quoted(part)}`,
    origin,
    part === 'localhost'
      ? 'add it to the inventory, with ansible_connection: local'
      : suggestion(part, [...inventory.groups.keys(), ...inventory.hosts.keys()]),
  )
}

function matching(
  regex: RegExp,
  part: string,
  inventory: Inventory,
  origin: Origin | undefined,
): readonly string[] {
  const [groups, hosts] = searched(part, origin, () => [
    [...inventory.groups.keys()].filter((name) => regex.test(name)),
    hostsOf(inventory, 'all').filter((name) => regex.test(name)),
  ])
  if (groups.length + hosts.length > 0)
    return [...groups.flatMap((group) => hostsOf(inventory, group)), ...hosts]
  throw invalid(
    `no host or group matches ${quoted(part)}`,
    origin,
    suggestion('', [...inventory.groups.keys(), ...inventory.hosts.keys()]),
  )
}

function searched<Found>(part: string, origin: Origin | undefined, search: () => Found): Found {
  try {
    return inTime(search)
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error
    const next = 'write it without repetitions inside repetitions, such as (a+)+'
    throw invalid(`${quoted(part)} takes longer than a second: it has too many ways to match`, origin, next)
  }
}

/** Ansible's regular expressions match from the start of a name. */
function expression(part: string, origin: Origin | undefined): RegExp {
  try {
    const { source, flags } = pythonRegExp(part.slice(1))
    return new RegExp(`^(?:${source})`, flags)
  } catch {
    throw invalid(`${quoted(part)} is no regular expression`, origin, 'correct what stands after the ~')
  }
}

function glob(part: string): RegExp {
  const source = part.replace(/\[!?[^\]]*\]|[\s\S]/g, (token) => {
    if (token === '*') return '.*'
    if (token === '?') return '.'
    if (token.length > 1) return token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return token.replace(/[\\^$.|+()[\]{}]/g, '\\$&')
  })
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return /^(?!)/
  }
}

function invalid(message: string, origin: Origin | undefined, next: string | undefined): InvalidInput {
  return new InvalidInput([problem('inventory-pattern', message, origin, next)])
}
