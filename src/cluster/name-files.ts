import { portName } from './apart.ts'
import { type Site, sitesOf } from './claims.ts'
import type { Cluster } from './cluster.ts'

/** Where many names stand. */
export interface NameFiles {
  readonly exact: string
  /** Empty where there are none. */
  readonly endings: string
}

/** A file of names: each with the site that it is of. */
export interface NameFile {
  readonly path: string
  readonly content: string
}

/** Names that are read at a glance; more of them stand in files, of which HAProxy makes trees. */
const fewNames = 16

/** Where those files are: nobody else puts anything there. */
export const nameFolder = '/etc/haproxy/understudy-names'

/** All names of a port with their sites, endings first and the shortest of them before longer ones. */
export function namesIn(sites: readonly Site[]): readonly { readonly name: string; readonly site: string }[] {
  const rank = (name: string) => (name.startsWith('*') ? name.length : 1000)
  return sites
    .flatMap((site, index) => site.names.map((name) => ({ name, site: idOf(index) })))
    .toSorted((one, other) => rank(one.name) - rank(other.name))
}

/** What HAProxy calls a site, by its place. */
export function idOf(index: number): string {
  return `site${index + 1}`
}

/** The files that a port has for its names; `false` where these stand in its configuration. */
export function filesFor(port: string, sites: readonly Site[]): NameFiles | false {
  const listed = namesIn(sites)
  return (
    listed.length > fewNames && {
      exact: `${nameFolder}/${port}.map`,
      endings: listed.some(({ name }) => name.startsWith('*')) ? `${nameFolder}/${port}-endings.map` : '',
    }
  )
}

/** The names by which clients ask on any port. */
export function namesAsked({ vips }: Pick<Cluster, 'vips'>): ReadonlySet<string> {
  const services = vips.flatMap((vip) => vip.services)
  return new Set(services.flatMap(({ claims = [] }) => claims.flatMap(({ host }) => host ?? [])))
}

/** All files of names that a director's HAProxy reads. */
export function nameFilesOf({ balancer, vips }: Cluster): readonly NameFile[] {
  if (balancer !== 'haproxy') return []
  const files = vips.flatMap(({ services }) =>
    [...new Set(services.map(portName))].flatMap((port) => {
      const sites = sitesOf(services.filter((one) => portName(one) === port))
      const where = filesFor(port, sites)
      return where ? written(where, sites) : []
    }),
  )
  return [...new Map(files.map((file) => [file.path, file])).values()]
}

function written({ exact, endings }: NameFiles, sites: readonly Site[]): readonly NameFile[] {
  const listed = namesIn(sites)
  const file = (path: string, those: typeof listed) => ({
    path,
    content: those.map(({ name, site }) => `${name.replace('*', '')} ${site}\n`).join(''),
  })
  const isEnding = ({ name }: { readonly name: string }) => name.startsWith('*')
  return [
    file(
      exact,
      listed.filter((one) => !isEnding(one)),
    ),
    // Of endings the first that fits counts.
    ...(endings === '' ? [] : [file(endings, listed.filter(isEnding).toReversed())]),
  ]
}
