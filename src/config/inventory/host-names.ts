import ipaddr from 'ipaddr.js'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { problem } from '../problem.ts'

/** What a host line or key stands for: `rs[01:20]:2222`. */
export interface NamedHosts {
  readonly names: readonly string[]
  readonly port?: number
}

/** More hosts than this from one range is a slip of the finger. */
const mostHosts = 10_000

/** The hosts a name with ranges and a port stands for. Throws InvalidInput. */
export function expandHosts(pattern: string, origin: Origin): NamedHosts {
  const { name, port } = splitPort(pattern, origin)
  const names = expandRanges(name, origin)
  const wrong = names.flatMap((each) => wrongHostName(each, origin) ?? [])
  if (wrong[0]) throw new InvalidInput([wrong[0]])
  return port === undefined ? { names } : { names, port }
}

/** What is wrong with the name of a single host. */
export function wrongHostName(name: string, origin: Origin): Failure | undefined {
  if (isIpv6(name)) return undefined
  const valid = name.length <= 253 && /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?$/u.test(name)
  if (valid) return undefined
  const shown = quoted(name)
  if (name === '')
    return problem('inventory-host-name', 'the name of a host is empty', origin, 'write a name')
  if (name.includes('@'))
    return problem(
      'inventory-host-name',
      `${shown} is not a host name`,
      origin,
      'say the user with ansible_user, and only the host here',
    )
  return problem(
    'inventory-host-name',
    `${shown} is not a host name`,
    origin,
    'use letters, digits, dots, dashes and underscores; say where to connect to with ansible_host',
  )
}

/** Is this an IPv6 address, without brackets and zone? */
export function isIpv6(text: string): boolean {
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)
}

function splitPort(pattern: string, origin: Origin): { readonly name: string; readonly port?: number } {
  if (isIpv6(pattern)) return { name: pattern }
  const [, bracketed, after] = /^\[([^\]]*)\](?::(\d+))?$/.exec(pattern) ?? []
  if (bracketed !== undefined && isIpv6(bracketed))
    return after === undefined ? { name: bracketed } : { name: bracketed, port: checkedPort(after, origin) }
  const [, name, port] = /^(.*):(\d+)$/.exec(pattern) ?? []
  if (name === undefined || port === undefined || name.split('[').length !== name.split(']').length)
    return { name: pattern }
  return { name, port: checkedPort(port, origin) }
}

function checkedPort(text: string, origin: Origin): number {
  const port = Number(text)
  if (port >= 1 && port <= 65535) return port
  throw new InvalidInput([
    problem('inventory-host-name', `${text} is not a port`, origin, 'ports go from 1 to 65535'),
  ])
}

function expandRanges(pattern: string, origin: Origin): readonly string[] {
  const open = pattern.indexOf('[')
  if (open === -1) {
    if (pattern.includes(']')) throw wrongRange(pattern, 'a "]" has no "[" before it', origin)
    return [pattern]
  }
  const close = pattern.indexOf(']', open)
  if (close === -1) throw wrongRange(pattern, 'a "[" is not closed', origin)
  const parts = range(pattern.slice(open + 1, close), pattern, origin)
  const rest = expandRanges(pattern.slice(close + 1), origin)
  if (parts.length * rest.length > mostHosts)
    throw wrongRange(pattern, `it stands for more than ${mostHosts} hosts`, origin)
  const before = pattern.slice(0, open)
  return parts.flatMap((part) => rest.map((tail) => `${before}${part}${tail}`))
}

function range(text: string, pattern: string, origin: Origin): readonly string[] {
  const [, first = '', last = '', stepText = '1'] = /^(\w*):(\w+)(?::(\d+))?$/.exec(text) ?? []
  if (last === '')
    throw wrongRange(pattern, `"[${text}]" is not of the form [first:last] or [first:last:step]`, origin)
  const step = Number(stepText)
  if (step === 0) throw wrongRange(pattern, 'its step is 0', origin)
  if (/^\d*$/.test(first) && /^\d+$/.test(last)) return numbers(first || '0', last, step, pattern, origin)
  if (/^([a-z]{2}|[A-Z]{2})$/.test(first + last))
    return sequence(first.charCodeAt(0), last.charCodeAt(0), step, pattern, origin).map((code) =>
      String.fromCharCode(code),
    )
  throw wrongRange(
    pattern,
    `"[${text}]" goes neither over numbers nor over single letters of one case`,
    origin,
  )
}

function numbers(
  first: string,
  last: string,
  step: number,
  pattern: string,
  origin: Origin,
): readonly string[] {
  const padded = first.length > 1 && first.startsWith('0')
  if (padded && first.length !== last.length)
    throw wrongRange(pattern, `${first} and ${last} must have the same number of digits`, origin)
  const width = padded ? first.length : 0
  return sequence(Number(first), Number(last), step, pattern, origin).map((value) =>
    String(value).padStart(width, '0'),
  )
}

function sequence(
  first: number,
  last: number,
  step: number,
  pattern: string,
  origin: Origin,
): readonly number[] {
  if (first > last) throw wrongRange(pattern, 'it ends before it starts', origin)
  const count = Math.floor((last - first) / step) + 1
  if (count > mostHosts) throw wrongRange(pattern, `it stands for more than ${mostHosts} hosts`, origin)
  return Array.from({ length: count }, (_, index) => first + index * step)
}

function wrongRange(pattern: string, why: string, origin: Origin): InvalidInput {
  return new InvalidInput([
    problem(
      'inventory-host-name',
      `the range in ${quoted(pattern)} cannot be read: ${why}`,
      origin,
      'write for example rs[01:20], rs[1:9:2] or rs[a:f]',
    ),
  ])
}
