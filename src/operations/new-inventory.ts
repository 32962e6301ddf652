import { type Document, parseDocument, type YAMLMap } from 'yaml'
import { Failure } from '../model/failure.ts'

/** The machines and addresses of a new inventory. */
export interface NewCluster {
  readonly directors: readonly string[]
  /** Machines that stand between directors and realservers; empty where the architecture has none. */
  readonly proxies: readonly string[]
  /** Empty where the directors serve themselves. */
  readonly realservers: readonly string[]
  readonly vips: readonly string[]
  /** Empty where the architecture has none. */
  readonly nfs: readonly string[]
  readonly user: string
}

/** What each free address is for, in the order in which they are to be given. */
export function addressesNeeded(model: string): readonly string[] {
  return addresses(model).map(({ what }) => what)
}

/** Groups of machines that not every architecture has. */
export type MaybeGroup = 'realservers' | 'proxies' | 'nfs'

/** Does the architecture have machines of this group? */
export function needs(group: MaybeGroup, model: string): boolean {
  const document = parseDocument(model)
  const names = group === 'realservers' ? realserverGroups(document) : [group]
  return names.some((name) => groupPath(document, name) !== undefined)
}

/** Where a group stands in an inventory, in whichever group: with its hosts, where it is named in several. */
function groupPath(document: Document, group: string): readonly string[] | undefined {
  const paths = groupsIn(document.toJS().all, ['all']).filter((path) => path.at(-1) === group)
  return paths.find((path) => document.hasIn([...path, 'hosts'])) ?? paths[0]
}

/** The groups whose machines serve, of each cluster its own. */
function realserverGroups(document: Document): readonly string[] {
  const names = clusterPaths(document).map((path) => document.getIn([...path, 'realservers']))
  return [...new Set(names.map((name) => (typeof name === 'string' ? name : 'realservers')))]
}

function groupsIn(group: ModelGroup | null, path: readonly string[]): readonly (readonly string[])[] {
  const children = Object.entries(group?.children ?? {})
  return [path, ...children.flatMap(([name, child]) => groupsIn(child, [...path, 'children', name]))]
}

/** A group of an inventory that comes along. */
interface ModelGroup {
  readonly children?: Readonly<Record<string, ModelGroup | null>>
  readonly vars?: { readonly cluster?: ModelCluster }
}

interface ModelCluster {
  readonly vips?: readonly { readonly also?: readonly string[]; readonly owner?: string }[]
  readonly nat?: object
}

/** The inventory with the interface its directors have for the VIPs: one for all, or by the name of the director. */
export function withInterfaces(text: string, interfaces: ReadonlyMap<string, string>): string {
  const document = parseDocument(text)
  const [first, ...others] = new Set(interfaces.values())
  const hosts = [...(groupPath(document, 'directors') ?? []), 'hosts']
  const directors = Object.keys((document.getIn(hosts) as YAMLMap).toJSON())
  if (first !== undefined && others.length === 0 && interfaces.size === directors.length)
    for (const cluster of clusterPaths(document)) document.setIn([...cluster, 'interface'], first)
  else for (const [host, name] of interfaces) document.setIn([...hosts, host, 'director', 'interface'], name)
  return document.toString({ lineWidth: 0 })
}

/**
 * A packaged inventory with other machines and addresses; its comments stay. Throws INVALID_INPUT where the number of
 * addresses does not fit.
 */
export function inventoryFor(
  model: string,
  { directors, proxies, realservers, vips, nfs, user }: NewCluster,
): string {
  const wanted = addresses(model)
  if (vips.length !== wanted.length)
    throw new Failure(
      'INVALID_INPUT',
      `${wanted.length} free ${wanted.length === 1 ? 'address is' : 'addresses are'} needed, and ${vips.length} given`,
      { next: `they are for: ${wanted.map(({ what }) => what).join(', ')}` },
    )
  const document = parseDocument(model)
  document.commentBefore = null
  document.setIn(['all', 'vars', 'ansible_user'], user)
  wanted.forEach(({ path }, index) => {
    document.setIn(path, vips[index])
  })
  // A way back for all clients: the model's neighbours are those of its lab.
  for (const cluster of clusterPaths(document)) {
    const clients = [...cluster, 'nat', 'clients']
    if (document.hasIn(clients)) document.deleteIn(clients)
  }
  const setHosts = (group: string, prefix: string, list: readonly string[], before = 0) => {
    const path = groupPath(document, group)
    const hosts = list.map((address, index) => [`${prefix}${before + index + 1}`, { ansible_host: address }])
    if (path) document.setIn([...path, 'hosts'], document.createNode(Object.fromEntries(hosts)))
  }
  setHosts('directors', 'd', directors)
  setHosts('proxies', 'p', proxies)
  const groups = realserverGroups(document)
  if (groups.length > 1 && realservers.length < groups.length)
    throw new Failure('INVALID_INPUT', `${groups.length} clusters need a realserver each`, {
      next: `give at least ${groups.length} with --realservers`,
    })
  const from = (index: number) => Math.floor((index * realservers.length) / groups.length)
  groups.forEach((group, index) => {
    setHosts(group, 'rs', realservers.slice(from(index), from(index + 1)), from(index))
  })
  setHosts('nfs', 'nfs', nfs)
  for (const path of groupsIn(document.toJS().all, ['all']).filter((path) => path.at(-1) === 'clients'))
    document.deleteIn(path)
  return document.toString({ lineWidth: 0 })
}

/** Where the words of clusters with VIPs stand. */
function clusterPaths(document: Document): readonly (readonly string[])[] {
  const paths = groupsIn(document.toJS().all, ['all']).map((path) => [...path, 'vars', 'cluster'])
  return paths.filter((path) => document.hasIn([...path, 'vips']))
}

function addresses(model: string): readonly { readonly path: readonly unknown[]; readonly what: string }[] {
  const document = parseDocument(model)
  return clusterPaths(document).flatMap((cluster) => {
    const { vips = [], nat } = (document.getIn(cluster) as YAMLMap).toJSON() as ModelCluster
    return [
      ...vips.flatMap(({ also = [], owner }, index) => [
        { path: [...cluster, 'vips', index, 'address'], what: owner ? `VIP of ${owner}` : 'VIP' },
        ...also.map((_, at) => ({ path: [...cluster, 'vips', index, 'also', at], what: 'one more with it' })),
      ]),
      ...(nat ? [{ path: [...cluster, 'nat', 'gateway'], what: 'gateway of the realservers' }] : []),
    ]
  })
}
