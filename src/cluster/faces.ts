import { largestOf } from './bodies.ts'
import { certificateFor, type ServedCertificate } from './certificates.ts'
import type { Claim } from './claim.ts'
import { byPath, type Claimed, isForPath, type Site, siteOf } from './claims.ts'
import type { Service } from './cluster.ts'
import type { PoolVariables } from './pool-variables.ts'
import { type Face, facesOf, type RedirectVariables, redirectVariables } from './tls-variables.ts'

/** A service, what its upstream or backend is called, and who is in it; `false`: it sends clients elsewhere. */
export interface Named {
  readonly service: Service
  readonly name: string
  readonly pool: PoolVariables | false
}

/** Where nginx leads a request. */
export interface Target {
  readonly name: string
  readonly pool: PoolVariables | false
  readonly redirect: RedirectVariables | false
  /** Where it leads what lasts long. */
  readonly lasting: string
  /** Its server leads nowhere else. */
  readonly is_only: boolean
  /** The largest body of a request, as nginx writes it; empty: as of its server. */
  readonly max_body: string
}

/** One `location` of nginx. */
export interface LocationVariables {
  /** What stands behind the word. */
  readonly match: string
  /** Its own target where it has one only. */
  readonly target: Target | false
  /** Otherwise: the name of where it leads, and that of where it leads for a header; the last that fits counts. */
  readonly usual: string
  readonly headers: readonly {
    readonly variable: string
    /** `= "…"`, or that there is one. */
    readonly is: string
    readonly name: string
  }[]
}

/** One `server` of nginx that balances. */
export interface BalancerFace extends Face {
  readonly hsts: string | false
  readonly sorry_page: boolean
  /** No service is for these names. */
  readonly refuses: boolean
  readonly extra: string
  readonly locations: readonly LocationVariables[]
  /** Those that headers lead to. */
  readonly targets: readonly Target[]
  /** Any realserver is asked. */
  readonly asks: boolean
  /** Its targets that ask realservers. */
  readonly asked: readonly Target[]
  /** There is one place only for what lasts long. */
  readonly lasting: boolean
  /**
   * The largest body of a request to any of its targets, which is looked at before headers are; `0` where realservers decide, and empty
   * where lines of the user's say it.
   */
  readonly max_body: string
}

/** What is the same for all `server`s of a port. */
interface FacesOfPort {
  readonly certificates: readonly ServedCertificate[] | undefined
  /** Lines of the user's say already how large bodies may be. */
  readonly bodiesAreBound: boolean
}

/** The `server`s of nginx for a port: one for each site and each certificate that it is shown with. */
export function balancerFaces(
  port: string,
  sites: readonly Site[],
  named: readonly Named[],
  { certificates, bodiesAreBound }: FacesOfPort,
): readonly BalancerFace[] {
  return sites.toReversed().flatMap((site) => {
    const content = contentOf(site, named, bodiesAreBound)
    return facesOfSite(port, site, sites, certificates).map((face) => ({ ...face, ...content }))
  })
}

/** Names of certificates count, too: for one that is in no site, the certificate has to be shown all the same. */
function facesOfSite(
  port: string,
  site: Site,
  sites: readonly Site[],
  certificates: readonly ServedCertificate[] | undefined,
): readonly Face[] {
  const isLast = site.names.length === 0
  if (!certificates) return [{ first: isLast, names: site.names.join(' ') || '_', certificate: false }]
  const listed = new Set(sites.flatMap(({ names }) => names))
  return facesOf(port, { certificates }).flatMap((face, index) => {
    const one = certificates[index]
    const own = site.names.filter((name) => (certificateFor(name, certificates) ?? certificates[0]) === one)
    const more = (one?.names ?? []).filter((name) => !listed.has(name) && siteOf(name, sites) === site)
    const names = [...own, ...more]
    const first = isLast && face.first
    return names.length > 0 || first ? [{ ...face, first, names: names.join(' ') || '_' }] : []
  })
}

function contentOf(
  { rules }: Site,
  named: readonly Named[],
  bodiesAreBound: boolean,
): Omit<BalancerFace, keyof Face> {
  const bodies = rules.flatMap(({ service }) => (service.redirect ? [] : [service.maxBody]))
  const largest = bodiesAreBound && bodies.every((size) => size === undefined) ? '' : largestOf(bodies)
  const isOnly = rules.length === 1
  const target = ({ service }: Claimed): Target => {
    const { name = '', pool = false } = named.find((one) => one.service === service) ?? {}
    const lasting = isOnly ? '@lasting' : `@${name}_lasting`
    const body = service.maxBody === largest ? '' : (service.maxBody ?? '')
    return {
      ...{ name, pool, redirect: redirectVariables(service), lasting },
      ...{ is_only: isOnly, max_body: body },
    }
  }
  const last = rules.at(-1)?.service
  const locations = locationsOf(rules, target)
  const byHeader = new Set(
    locations.flatMap((one) => (one.target ? [] : [one.usual, ...one.headers.map(({ name }) => name)])),
  )
  const targets = new Map(rules.map((rule) => [target(rule).name, target(rule)]))
  return {
    hsts: last?.tls?.hsts ?? false,
    sorry_page: last?.sorryPage ?? false,
    refuses: rules.length === 0,
    extra: last?.extra.frontend ?? '',
    locations,
    targets: [...targets.values()].filter(({ name }) => byHeader.has(name)),
    asks: [...targets.values()].some(({ pool }) => pool),
    asked: [...targets.values()].filter(({ pool }) => pool),
    lasting: isOnly,
    max_body: largest,
  }
}

/** A path of a site, and where requests for it go: for headers in their order, and otherwise. */
interface Place extends Pick<Claim, 'path' | 'exact'> {
  readonly byHeader: readonly Claimed[]
  readonly usual: Claimed
}

/** The paths of a site, the longest first. */
export function placesOf(rules: readonly Claimed[]): readonly Place[] {
  const paths = new Map(rules.map(({ claim }) => [patternOf(claim), claim]))
  return [...paths.values()].toSorted(byPath).flatMap(({ path, exact }) => {
    const fitting = rules.filter(({ claim }) => isForPath(claim, path, exact))
    const end = fitting.findIndex(({ claim }) => claim.header === undefined)
    const usual = fitting[end]
    return usual ? [{ path, exact, byHeader: fitting.slice(0, end), usual }] : []
  })
}

/**
 * Regular expressions in the order in which they are to be tried, so that the first that fits counts, as with HAProxy. Each leads
 * where the first rule says that is for all there is in it.
 */
function locationsOf(
  rules: readonly Claimed[],
  target: (rule: Claimed) => Target,
): readonly LocationVariables[] {
  return placesOf(rules).flatMap(({ path, exact, byHeader, usual }): readonly LocationVariables[] => {
    const headers = byHeader.flatMap((rule) => {
      const { header } = rule.claim
      if (!header) return []
      const variable = `http_${header.name.toLowerCase().replaceAll('-', '_')}`
      return [
        {
          variable,
          is: header.value === undefined ? '!= ""' : `= "${header.value}"`,
          name: target(rule).name,
        },
      ]
    })
    const match = path === '/' && !exact ? '/' : `~ ${patternOf({ path, exact })}`
    return [
      {
        match,
        target: headers.length === 0 && target(usual),
        usual: target(usual).name,
        headers: headers.toReversed(),
      },
    ]
  })
}

/** A path as a regular expression of nginx and of HAProxy; without a backslash, which both read in ways of their own. */
export function patternOf({ path, exact }: Pick<Claim, 'path' | 'exact'>): string {
  const text = path.replace(/[.+]/g, '[$&]')
  if (exact) return `^${text}$`
  return path.endsWith('/') ? `^${text}` : `^${text}(/|$)`
}
