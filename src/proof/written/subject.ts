import {
  lastOf,
  type Position,
  type SaidAddress,
  type Statement,
  saidAddresses,
} from '../../adoption/index.ts'
import type { Explained, ExplainedFamily } from '../../model/rule.ts'
import type { Told } from '../speaker.ts'

/** A configuration that somebody wrote by hand, as it was read. */
export interface Written {
  readonly name: string
  readonly file: string
  readonly statements: readonly Statement[]
  readonly told: Told
}

/** What a rule finds, and where. */
export interface Complaint {
  readonly message: string
  readonly at?: Position | undefined
  readonly next?: string
}

/** A rule about one configuration, or about all of them together. */
export interface WrittenRule extends Explained {
  readonly find:
    | ((one: Written) => readonly Complaint[])
    | { readonly all: (all: readonly Written[]) => readonly Complaint[] }
}

export type WrittenFamily = ExplainedFamily<'keepalived', WrittenRule>

/** Blocks of a kind, at the top. */
export function blocksOf({ statements }: Written, keyword: string): readonly Statement[] {
  return statements.filter((one) => one.keyword === keyword)
}

/** Lines of the blocks of a kind within another one. */
export function linesOf(statement: Statement, keyword: string): readonly Statement[] {
  return (statement.block ?? []).filter((one) => one.keyword === keyword).flatMap((one) => one.block ?? [])
}

/** The first of each that says what another one said before it, with that one. */
export function twice<Thing>(
  things: readonly Thing[],
  keyOf: (thing: Thing) => string,
): readonly { readonly thing: Thing; readonly earlier: Thing }[] {
  const first = new Map<string, Thing>()
  return things.flatMap((thing) => {
    const key = keyOf(thing)
    const earlier = first.get(key)
    if (earlier !== undefined) return [{ thing, earlier }]
    first.set(key, thing)
    return []
  })
}

/** `keepalived.conf:12`, as other messages name a place. */
export function placeAt({ file, line }: Position): string {
  return `${file}:${line}`
}

/** Every `vrrp_instance`, as it is written. */
export const instances = (one: Written) => blocksOf(one, 'vrrp_instance')

/** Every `virtual_server`, as it is written. */
export const servers = (one: Written) => blocksOf(one, 'virtual_server')

/** What stands behind one. */
export const realsOf = ({ block = [] }: Statement) => block.filter(({ keyword }) => keyword === 'real_server')

/** A `virtual_server` as messages name it. */
export const namedServer = ({ values }: Statement) => `virtual_server ${values.join(' ')}`

/** One of its `real_server` as messages name it. */
export const namedReal = (real: Pick<Statement, 'values'>, server: Statement) =>
  `the real_server ${real.values.join(' ')} of ${namedServer(server)}`

/** How a `virtual_server` or a `real_server` says that packets go. */
export const methodOf = ({ block = [] }: Statement) => lastOf(block, 'lb_kind', 'lvs_method')?.values[0]

/** The protocol of a `virtual_server` in capital letters, in which it need not be written. */
export const protocolOf = ({ block = [] }: Statement) => lastOf(block, 'protocol')?.values[0]?.toUpperCase()

/** The same as keepalived takes it. */
export function speakerOf({ told }: Written, { at }: Statement) {
  return told.speakers.find((one) => one.at.line === at.line && one.at.file === at.file)
}

/** All statements, at whatever depth, of which something is so. */
export function within(
  statements: readonly Statement[],
  is: (one: Statement) => boolean,
): readonly Statement[] {
  return statements.flatMap((one) => [...(is(one) ? [one] : []), ...within(one.block ?? [], is)])
}

/** What a line of an instance says last. */
export function said({ block = [] }: Statement, keyword: string): string | undefined {
  return lastOf(block, keyword)?.values[0]
}

/** A complaint about a line of an instance, or about its lack. */
export function about(instance: Statement, keyword: string, what: string, next: string): Complaint {
  const at = lastOf(instance.block ?? [], keyword)?.at ?? instance.at
  return { message: `${instance.values[0] ?? 'an instance without a name'} ${what}`, at, next }
}

/** Is a word an address, written in full? */
export { isLiteral as isAddress } from '../../adoption/index.ts'

/** Addresses of an instance that are not of the family of its first, which keepalived leaves out; with that one in words. */
export function strangersIn({
  block = [],
}: Statement): readonly (SaidAddress & { readonly first: string })[] {
  const all = saidAddresses(block)
  const [first] = all
  if (!first) return []
  const said = first.word === 'virtual_ipaddress' || first.word === first.text ? '' : `the ${first.word} `
  return all
    .filter(({ family }) => family !== first.family)
    .map((one) => ({ ...one, first: `${said}${first.text}` }))
}

/** Is a word a whole number within bounds? */
export function isIn(text: string | undefined, least: number, most: number): boolean {
  return text !== undefined && /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
}
