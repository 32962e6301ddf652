import { homedir } from 'node:os'
import ipaddr from 'ipaddr.js'
import type { Failure } from '../../model/failure.ts'
import { quoted } from '../../model/quoted.ts'
import { problem } from '../problem.ts'
import { isSecretName } from '../secrecy.ts'
import { didYouMean } from '../suggest.ts'
import { isIpv6 } from './host-names.ts'
import { levels, type Variable, type Variables } from './inventory.ts'
import { shellWords } from './shell-words.ts'

/** Reads the ansible_ variables of one host; what is wrong with them is kept in `problems`. */
export interface Reader {
  readonly variables: Variables
  readonly problems: Failure[]
}

/**
 * The variable among these names that is given where it counts most: a host's own wins over that of its groups, by whichever
 * name. Of two that count alike it is the first. Ansible knows some settings by several names.
 */
export function given(reader: Reader, ...names: readonly string[]): Variable | undefined {
  return names
    .flatMap((name) => reader.variables.get(name) ?? [])
    .filter(({ value }) => !('scalar' in value && value.scalar === null))
    .toSorted((a, b) => levels.indexOf(b.winner.level) - levels.indexOf(a.winner.level))[0]
}

/** The text of a setting; a number or truth value, a list or an expression is none. */
export function text(reader: Reader, ...names: readonly string[]): string | undefined {
  const found = given(reader, ...names)
  if (!found) return undefined
  const scalar = scalarOf(reader, found)
  if (typeof scalar === 'string') return scalar
  if (scalar !== undefined && isSecretName(found.winner.name)) return String(scalar)
  if (scalar !== undefined) reject(reader, found, 'expected text', 'put quotes around it')
  return undefined
}

/** A password: one line that is typed for somebody, whatever stands in it. */
export function password(reader: Reader, ...names: readonly string[]): string | undefined {
  const found = given(reader, ...names)
  const value = text(reader, ...names)
  if (!found || value === undefined) return undefined
  if (/^\P{Cc}+$/u.test(value)) return value
  const what = value === '' ? 'it is empty' : 'it has more than one line, or control characters'
  reject(reader, found, `expected a password, and ${what}`, 'see what its source tells: docs/secrets.md')
  return undefined
}

/** A truth value as Ansible's users write it. */
export function truth(reader: Reader, ...names: readonly string[]): boolean | undefined {
  const found = given(reader, ...names)
  const scalar = found && scalarOf(reader, found)
  if (!found || scalar === undefined) return undefined
  if (/^(true|yes|on|y|t|1)$/i.test(String(scalar))) return true
  if (/^(false|no|off|n|f|0)$/i.test(String(scalar))) return false
  reject(reader, found, 'expected true or false', undefined)
  return undefined
}

/** A TCP port. */
export function port(reader: Reader, ...names: readonly string[]): number | undefined {
  const found = given(reader, ...names)
  const scalar = found && scalarOf(reader, found)
  if (!found || scalar === undefined) return undefined
  const value = typeof scalar !== 'boolean' && /^\d+$/.test(String(scalar)) ? Number(scalar) : 0
  if (value >= 1 && value <= 65535) return value
  reject(reader, found, 'expected a port, a whole number from 1 to 65535', undefined)
  return undefined
}

/** One of a few words. */
export function word<W extends string>(
  reader: Reader,
  allowed: readonly W[],
  ...names: readonly string[]
): W | undefined {
  const found = given(reader, ...names)
  const value = text(reader, ...names)
  if (!found || value === undefined) return undefined
  const match = allowed.find((each) => each === value)
  if (match !== undefined) return match
  const meant = didYouMean(value, allowed)
  reject(
    reader,
    found,
    `expected ${allowed.length > 2 ? `one of ${allowed.join(', ')}` : allowed.join(' or ')}`,
    meant === undefined ? undefined : `did you mean ${quoted(meant)}?`,
  )
  return undefined
}

/** A name or address to connect to. */
export function address(reader: Reader, ...names: readonly string[]): string | undefined {
  const found = given(reader, ...names)
  const value = text(reader, ...names)?.replace(/^\[(.*)\]$/, '$1')
  if (!found || value === undefined) return undefined
  const next = wrongAddress(value)
  if (next === undefined) return value
  reject(reader, found, 'expected a host name or an IP address', next)
  return undefined
}

/** A user's name, as it may stand on a command line. */
export function userName(reader: Reader, ...names: readonly string[]): string | undefined {
  const found = given(reader, ...names)
  const value = text(reader, ...names)
  if (!found || value === undefined) return undefined
  if (/^[^\s:/@'"`$;&|<>\\-][^\s:/'"`$;&|<>\\]*$/.test(value)) return value
  reject(reader, found, 'expected the name of a user', undefined)
  return undefined
}

/** A path; `~/` is the home directory of who runs this. */
export function path(reader: Reader, ...names: readonly string[]): string | undefined {
  return text(reader, ...names)?.replace(/^~(?=\/)/, homedir())
}

/** Options for ssh, split as a shell would. */
export function words(reader: Reader, ...names: readonly string[]): readonly string[] {
  const found = given(reader, ...names)
  const value = text(reader, ...names)
  if (!found || value === undefined) return []
  const split = shellWords(value, false)
  if (split.unclosed !== undefined) reject(reader, found, 'a quote in it is never closed', 'close it')
  return split.words.map((each) => each.text)
}

/** The path of the program by which somebody becomes another user; nothing where it is found by its name. */
export function programOf(reader: Reader, method: string, ...names: readonly string[]): string | undefined {
  const found = given(reader, ...names)
  const value = text(reader, ...names)
  if (!found || value === undefined || value === '' || value === method) return undefined
  if (/^(\/[\w.-]+)+$/.test(value) && value.endsWith(`/${method}`)) return value
  reject(
    reader,
    found,
    `expected the path of ${method}`,
    `sudo and su are supported: write ${method}, or its path`,
  )
  return undefined
}

/** Refuses what flags ask for beside what is done in any case: for sudo a home of one's own, and no terminal. */
export function refuseFlags(reader: Reader, method: string, ...names: readonly string[]): void {
  const found = given(reader, ...names)
  const usual = method === 'sudo' ? /^-[HSn]+$/ : /^$/
  const other = words(reader, ...names).find((flag) => !usual.test(flag))
  if (!found || other === undefined) return
  const next =
    method === 'sudo'
      ? 'sudo is called with -H -S: leave the rest away, and give what a task needs under "environment"'
      : 'su is called without any: leave them away'
  reject(reader, found, `the flag ${other} is not supported`, next)
}

function scalarOf(reader: Reader, found: Variable): string | number | boolean | undefined {
  const { value } = found
  if (!('scalar' in value) || value.scalar === null) {
    reject(reader, found, `expected one value, found a ${'items' in value ? 'list' : 'mapping'}`, undefined)
    return undefined
  }
  if (typeof value.scalar === 'string' && !value.literal && /\{\{|\{%/.test(value.scalar)) {
    reject(
      reader,
      found,
      'an expression cannot stand here, since it says how to connect',
      isSecretName(found.winner.name)
        ? 'take it from !vault, !env, !file or !command (docs/secrets.md), or let it be asked for with --ask-become-pass'
        : 'write the value itself, for each host or group',
    )
    return undefined
  }
  return value.scalar
}

/** What to do about something that is no address; nothing where it is one. */
function wrongAddress(value: string): string | undefined {
  if (isIpv6(value.replace(/%[\w.-]+$/, ''))) return undefined
  if (/^[^:]+:\d+$/.test(value)) return 'say the port with ansible_port'
  if (/^[\w.:]+\/\d+$/.test(value)) return 'leave out the length of the network'
  if (value.includes('@')) return 'say the user with ansible_user'
  if (/^[\d.]+$/.test(value))
    return ipaddr.IPv4.isValidFourPartDecimal(value)
      ? undefined
      : 'an IPv4 address has four numbers from 0 to 255'
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(value) && value.length <= 253
    ? undefined
    : 'write for example 192.0.2.11 or web1.example.org'
}

function reject(
  reader: Reader,
  { winner, value }: Variable,
  message: string,
  next: string | undefined,
): void {
  reader.problems.push(
    problem(
      'inventory-connection',
      `${winner.name}: ${message}${found(winner.name, value)}`,
      value.origin,
      next,
    ),
  )
}

function found(name: string, value: Variable['value']): string {
  return isSecretName(name) || !('scalar' in value) || value.secret ? '' : `, found ${quoted(value.scalar)}`
}
