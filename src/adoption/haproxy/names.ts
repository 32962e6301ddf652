import type { Claim } from '../../cluster/claim.ts'
import { inOrder, isForHost, isForPath } from '../../cluster/claims.ts'
import { isNo, type No } from '../proxy.ts'
import { aclsOf, askedBy } from './conditions.ts'
import type { HaproxyLine, Section } from './sections.ts'

/** A backend of a frontend, and which requests are for it; without any it gets what is left. */
export interface ClaimedBackend {
  readonly called: string
  readonly claims: readonly Claim[]
}

/**
 * To which backends a frontend sends requests, where it goes by names and paths alone: `acl`s of these, and `use_backend`s that ask
 * for them. Of several that fit HAProxy takes the first, and the inventory the name first, and then the longest path.
 */
export function backendsAsked({
  lines,
}: Section): { readonly backends: readonly ClaimedBackend[]; readonly remarks: readonly string[] } | No {
  const rest = lines.findLast(({ words }) => words[0] === 'default_backend')?.words[1]
  const named = aclsOf(lines)
  if (isNo(named)) return named
  const earlier: { readonly claim: Claim; readonly called: string }[] = []
  const found: ClaimedBackend[] = []
  const remarks: string[] = []
  for (const { words, at } of lines.filter((line) => line.words[0] === 'use_backend')) {
    const [, called = '', word, ...condition] = words
    const asked = word === 'if' ? askedBy(condition, named) : undefined
    if (!asked) return { no: 'use_backend … with such a condition has no word', at }
    const left = asked.claims.filter((claim) => !earlier.some((one) => covers(one.claim, claim)))
    const rival = left.find((claim) =>
      earlier.some(
        (one) => one.called !== called && overlap(one.claim, claim) && inOrder(one.claim, claim) > 0,
      ),
    )
    if (rival)
      return { no: 'use_backend … goes before another one that says more of the name has no word', at }
    earlier.push(...left.map((claim) => ({ claim, called })))
    remarks.push(...asked.remarks)
    if (left.length > 0) found.push({ called, claims: left })
  }
  return { backends: [...found, ...(rest === undefined ? [] : [{ called: rest, claims: [] }])], remarks }
}

/** Does a line say to which backend what goes? */
export function isRoute({ words: [first = ''] }: HaproxyLine): boolean {
  return first === 'acl' || first === 'use_backend'
}

/** Names alone tell them apart. */
export function isByName({ claims }: ClaimedBackend): boolean {
  return claims.every(({ host, path, exact }) => host !== undefined && path === '/' && !exact)
}

function covers(one: Claim, other: Claim): boolean {
  return isForHost(one, other.host) && isForPath(one, other.path, other.exact)
}

function overlap(one: Claim, other: Claim): boolean {
  const names = isForHost(one, other.host) || isForHost(other, one.host)
  return names && (isForPath(one, other.path, other.exact) || isForPath(other, one.path, one.exact))
}
