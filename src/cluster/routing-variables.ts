import type { Claim } from './claim.ts'
import type { Site } from './claims.ts'
import type { Service } from './cluster.ts'
import { type Named, patternOf } from './faces.ts'
import { filesFor, idOf, type NameFiles, namesIn } from './name-files.ts'
import { type RedirectVariables, redirectVariables } from './tls-variables.ts'

/** How HAProxy tells which requests on a port are whose. */
export interface Routing {
  /** It looks at names at all. */
  readonly by_name: boolean
  /** It looks at paths. */
  readonly by_path: boolean
  /** Names in a few lines, those that count more behind the others; empty where they stand in files. */
  readonly names: readonly { readonly site: string; readonly method: 'str' | 'end'; readonly names: string }[]
  readonly files: NameFiles | false
  /** Conditions in their order: the first that fits counts. */
  readonly rules: readonly { readonly name: string; readonly conditions: string }[]
  readonly redirects: readonly (RedirectVariables & { readonly name: string })[]
  readonly hsts: readonly { readonly value: string; readonly conditions: string }[]
}

/** Names in a line at most: older versions take lines of 2048 signs and 64 words. */
const inLine = 6

/** How HAProxy leads requests on a port to the services that are for them. */
export function routingOf(port: string, sites: readonly Site[], named: readonly Named[]): Routing {
  const listed = namesIn(sites)
  const files = filesFor(port, sites)
  const nameOf = (service: Service) => named.find((one) => one.service === service)?.name ?? ''
  return {
    by_name: listed.length > 0,
    by_path: sites.some(({ rules }) => rules.some(({ claim }) => pathCondition(claim) !== '')),
    names: files ? [] : inLines(listed),
    files,
    rules: sites.flatMap((site) =>
      site.rules.map(({ claim, service }) => ({
        name: nameOf(service),
        conditions: [siteCondition(site, sites), pathCondition(claim), headerCondition(claim)]
          .filter((one) => one !== '')
          .map((one) => ` ${one}`)
          .join(''),
      })),
    ),
    redirects: named.flatMap(({ service, name }) => {
      const redirect = redirectVariables(service)
      return redirect ? [{ ...redirect, name }] : []
    }),
    hsts: sites.flatMap((site) => {
      const value = site.rules.at(-1)?.service.tls?.hsts
      return value === undefined ? [] : [{ value, conditions: siteCondition(site, sites) }]
    }),
  }
}

function inLines(listed: ReturnType<typeof namesIn>): Routing['names'] {
  const lines: { site: string; method: 'str' | 'end'; names: string[] }[] = []
  for (const { name, site } of listed) {
    const method = name.startsWith('*') ? 'end' : 'str'
    const last = lines.at(-1)
    if (last?.site === site && last.method === method && last.names.length < inLine)
      last.names.push(name.replace('*', ''))
    else lines.push({ site, method, names: [name.replace('*', '')] })
  }
  return lines.map((line) => ({ ...line, names: line.names.join(' ') }))
}

function siteCondition(site: Site, sites: readonly Site[]): string {
  if (sites.length === 1) return ''
  return site.names.length > 0
    ? `{ var(txn.site) -m str ${idOf(sites.indexOf(site))} }`
    : '!{ var(txn.site) -m found }'
}

function pathCondition(claim: Claim): string {
  return claim.path === '/' && !claim.exact ? '' : `{ var(txn.path) -m reg ${patternOf(claim)} }`
}

function headerCondition({ header }: Claim): string {
  if (!header) return ''
  return header.value === undefined
    ? `{ req.fhdr(${header.name}) -m found }`
    : `{ req.fhdr(${header.name}) -m str -- "${header.value}" }`
}
