import type { Claim } from '../../cluster/claim.ts'
import type { No } from '../proxy.ts'
import type { HaproxyLine } from './sections.ts'

/** Which requests a condition is about, and where the words of the inventory say it a little otherwise. */
export interface Asked {
  readonly claims: readonly Claim[]
  readonly remarks: readonly string[]
}

/** What a request must be for an `acl` or an anonymous one, where that is a name it asks for. */
const ofHosts = /^(?:req\.)?hdr(_end)?\(host\)(?:,lower)?$/i

/** The same where it is a path, as the vocabulary has them. */
const ofPaths = /^path(_beg)?$/
const pathShape = /^\/(?!\/)(?!.*\/\/)(?!.*\/\.\.?(?:\/|$))[A-Za-z0-9._~@:+,=/-]*$/

/** `acl`s by their names; one that is said twice is either. */
export function aclsOf(lines: readonly HaproxyLine[]): ReadonlyMap<string, Asked> | No {
  const named = new Map<string, Asked>()
  for (const line of lines.filter(({ words }) => words[0] === 'acl')) {
    const [, name = '', ...condition] = line.words
    const asked = askedIn(condition)
    if (!asked) return { no: 'acl has no word here', at: line.at }
    const before = named.get(name) ?? { claims: [], remarks: [] }
    named.set(name, eitherOf(before, asked))
  }
  return named
}

/** `a b or c || { path_beg /api/ }`: any of them, each all of its parts. */
export function askedBy(condition: readonly string[], named: ReadonlyMap<string, Asked>): Asked | undefined {
  let all: Asked = { claims: [], remarks: [] }
  for (const part of condition.join(' ').split(/ (?:or|\|\|) /)) {
    let both: Asked = { claims: [{ path: '/', exact: false }], remarks: [] }
    for (const [, inside, name = ''] of part.matchAll(/\{ ([^}]*) \}|(\S+)/g)) {
      const asked = inside === undefined ? named.get(name) : askedIn(inside.split(' '))
      const joined = asked && bothOf(both, asked)
      if (!joined) return undefined
      both = joined
    }
    all = eitherOf(all, both)
  }
  return all
}

function askedIn([what = '', ...words]: readonly string[]): Asked | undefined {
  const host = ofHosts.exec(what)
  const path = ofPaths.exec(what)
  const values = words.filter((word) => word !== '--' && !(host && word === '-i'))
  if (values.length === 0) return undefined
  if (host) {
    const isEnding = host[1] !== undefined
    const shape = isEnding ? /^(\.[a-z0-9-]+)+$/ : /^[a-z0-9-]+(\.[a-z0-9-]+)*$/
    const names = values.map((word) => word.toLowerCase())
    if (!names.every((name) => shape.test(name))) return undefined
    const claims = names.map((name) => ({ host: isEnding ? `*${name}` : name, path: '/', exact: false }))
    return { claims, remarks: [] }
  }
  if (!path || !values.every((word) => pathShape.test(word))) return undefined
  const isBeginning = path[1] !== undefined
  return {
    claims: values.map((word) => ({ path: word, exact: !isBeginning })),
    remarks: values
      .filter((word) => isBeginning && !word.endsWith('/'))
      .map((word) => `path_beg ${word} was for ${word}… as well: after apply for ${word} and what is below`),
  }
}

/** A page and all that is below it are one. */
function eitherOf(one: Asked, other: Asked): Asked {
  const claims = [...one.claims, ...other.claims]
  const isBelow = (page: Claim, claim: Claim) =>
    page.exact && !claim.exact && page.host === claim.host && claim.path === `${page.path}/`
  const whole = claims.flatMap((claim) => {
    if (claims.some((page) => isBelow(page, claim))) return []
    return claims.some((below) => isBelow(claim, below)) ? [{ ...claim, exact: false }] : [claim]
  })
  return { claims: whole, remarks: [...one.remarks, ...other.remarks] }
}

/** A name and a path; two names, or two paths, are never both or only one of them. */
function bothOf(one: Asked, other: Asked): Asked | undefined {
  const isOpen = ({ path, exact }: Claim) => path === '/' && !exact
  const claims: Claim[] = []
  for (const a of one.claims)
    for (const b of other.claims) {
      if (!(isOpen(a) || isOpen(b)) || (a.host !== undefined && b.host !== undefined)) return undefined
      const host = a.host ?? b.host
      const { path, exact } = isOpen(a) ? b : a
      claims.push({ ...(host === undefined ? {} : { host }), path, exact })
    }
  return { claims, remarks: [...one.remarks, ...other.remarks] }
}
