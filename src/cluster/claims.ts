import type { Claim } from './claim.ts'
import type { Service } from './cluster.ts'

/** A claim, and the service that makes it. */
export interface Claimed {
  readonly claim: Claim
  readonly service: Service
}

/** Names that are all served alike. */
export interface Site {
  /** Empty: all that no other site of the port has, and clients that name nobody. */
  readonly names: readonly string[]
  /** The first that fits counts; where none does, the request is refused. */
  readonly rules: readonly Claimed[]
}

const everything: Claim = { path: '/', exact: false }

/** The services of one port, as it is told which requests are whose; one that claims nothing gets what is left. */
export function claimsOf(services: readonly Service[]): readonly Claimed[] {
  return services
    .flatMap((service) => (service.claims ?? [everything]).map((claim) => ({ claim, service })))
    .toSorted(({ claim: one }, { claim: other }) => inOrder(one, other))
}

/** The name decides first, then the path, then whether a header is asked for: balancers of both kinds are told to go by that. */
export function inOrder(one: Claim, other: Claim): number {
  return byHost(one, other) || byPath(one, other) || Number(!one.header) - Number(!other.header)
}

/** Exact names first, then the longest endings. */
function byHost({ host: one }: Claim, { host: other }: Claim): number {
  return rankOf(other) - rankOf(one)
}

function rankOf(host: string | undefined): number {
  if (host === undefined) return 0
  return host.startsWith('*') ? host.length : Number.POSITIVE_INFINITY
}

/** The longest first; of two that are equal, the one that is for nothing below it. */
export function byPath(one: Pick<Claim, 'path' | 'exact'>, other: Pick<Claim, 'path' | 'exact'>): number {
  return other.path.length - one.path.length || Number(other.exact) - Number(one.exact)
}

/** Is a name one of those that a claim is for? */
export function isForHost({ host }: Claim, name: string | undefined): boolean {
  if (host === undefined || host === name) return true
  return name !== undefined && host.startsWith('*') && name.endsWith(host.slice(1))
}

/** Is a path, or all that is below another one, within what a claim is for? */
export function isForPath(claim: Pick<Claim, 'path' | 'exact'>, path: string, exact = true): boolean {
  if (claim.exact) return exact && claim.path === path
  const below = claim.path.endsWith('/') ? claim.path : `${claim.path}/`
  return claim.path === path || path.startsWith(below)
}

/** Does it get all requests with its names? */
function isLast({ claim: { path, exact, header } }: Claimed): boolean {
  return path === '/' && !exact && header === undefined
}

/** The sites of a port: names that have the same rules together, and last the names that nobody lists. */
export function sitesOf(services: readonly Service[]): readonly Site[] {
  const byName = new Map<string | undefined, Claimed[]>()
  for (const one of claimsOf(services)) {
    const { host } = one.claim
    byName.set(host, [...(byName.get(host) ?? []), one])
  }
  const endings = [...byName.keys()].filter((host) => host === undefined || host.startsWith('*'))
  const rulesFor = (name: string | undefined) => {
    const others = endings.filter(
      (host) => host !== name && isForHost({ ...everything, ...(host ? { host } : {}) }, name),
    )
    const rules = [name, ...others].flatMap((host) => byName.get(host) ?? [])
    const last = rules.findIndex(isLast)
    return last < 0 ? rules : rules.slice(0, last + 1)
  }
  const sites = new Map<string, { readonly names: string[]; readonly rules: readonly Claimed[] }>()
  for (const name of byName.keys()) {
    if (name === undefined) continue
    const rules = rulesFor(name)
    const key = rules
      .map(({ claim: { host: _, ...rest }, service }) => JSON.stringify([rest, services.indexOf(service)]))
      .join()
    const known = sites.get(key)
    if (known) known.names.push(name)
    else sites.set(key, { names: [name], rules })
  }
  return [...sites.values(), { names: [], rules: rulesFor(undefined) }]
}

/** The site that a name belongs to: the one that lists it, or the longest ending that fits, or the last. */
export function siteOf(name: string, sites: readonly Site[]): Site | undefined {
  const listed = sites.flatMap((site) =>
    site.names.map((own) => ({ site, claim: { ...everything, host: own } })),
  )
  const [best] = listed
    .filter(({ claim }) => isForHost(claim, name))
    .toSorted(({ claim: one }, { claim: other }) => byHost(one, other))
  return best?.site ?? sites.find(({ names }) => names.length === 0)
}

/** What is asked for in a request. */
export interface Asked {
  readonly host?: string
  readonly path: string
  readonly header?: { readonly name: string; readonly value: string }
}

/** What is asked for in the place of `*`: a name that nobody has. */
export const anyName = 'understudy-verify'

/** Requests that are for a service of a port, one for each of its claims that any can reach; pages of its own check are known to be there. */
export function requestsFor(service: Service, services: readonly Service[]): readonly Asked[] {
  const { check, claims = [] } = service
  const checked = 'path' in check ? [check.path.split('?')[0] ?? '/'] : []
  return claims.flatMap((claim) => {
    const { host, path, header } = claim
    const known = path === '/' ? [] : checked.filter((one) => isForPath(claim, one))
    const asked = [...known, path].map((one) => ({
      ...(host === undefined ? {} : { host: host.replace('*', anyName) }),
      path: one,
      ...(header ? { header: { name: header.name, value: header.value ?? anyName } } : {}),
    }))
    return asked.find((one) => claimantOf(one, services) === service) ?? []
  })
}

/** The service of a port that a request is for; `undefined` where it is refused. */
export function claimantOf({ host, path, header }: Asked, services: readonly Service[]): Service | undefined {
  return claimsOf(services).find(
    ({ claim }) =>
      isForHost(claim, host) &&
      isForPath(claim, path) &&
      (!claim.header ||
        (header?.name.toLowerCase() === claim.header.name.toLowerCase() &&
          (claim.header.value ?? header.value) === header.value)),
  )?.service
}
