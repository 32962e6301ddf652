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
  return groupPath(parseDocument(model), group) !== undefined
}

/** Where a group stands in an inventory, in whichever group. */
function groupPath(document: Document, group: string): readonly string[] | undefined {
  return groupsIn(document.toJS().all, ['all']).find((path) => path.at(-1) === group)
}

function groupsIn(group: ModelGroup, path: readonly string[]): readonly (readonly string[])[] {
  const children = Object.entries(group.children ?? {})
  return [path, ...children.flatMap(([name, child]) => groupsIn(child, [...path, 'children', name]))]
}

/** A group of an inventory that comes along. */
interface ModelGroup {
  readonly children?: Readonly<Record<string, ModelGroup>>
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
    document.setIn([...clusterPath(document), 'interface'], first)
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
  const clients = [...clusterPath(document), 'nat', 'clients']
  if (document.hasIn(clients)) document.deleteIn(clients)
  const setHosts = (group: string, prefix: string, list: readonly string[]) => {
    const path = groupPath(document, group)
    const hosts = list.map((address, index) => [`${prefix}${index + 1}`, { ansible_host: address }])
    if (path) document.setIn([...path, 'hosts'], document.createNode(Object.fromEntries(hosts)))
  }
  setHosts('directors', 'd', directors)
  setHosts('proxies', 'p', proxies)
  setHosts('realservers', 'rs', realservers)
  setHosts('nfs', 'nfs', nfs)
  document.deleteIn(groupPath(document, 'clients') ?? [])
  return document.toString({ lineWidth: 0 })
}

/** Where the words of the cluster with the VIPs stand. */
function clusterPath(document: Document): readonly string[] {
  const paths = groupsIn(document.toJS().all, ['all']).map((path) => [...path, 'vars', 'cluster'])
  return paths.find((path) => document.hasIn([...path, 'vips'])) ?? []
}

function addresses(model: string): readonly { readonly path: readonly unknown[]; readonly what: string }[] {
  const document = parseDocument(model)
  const cluster = clusterPath(document)
  const { vips = [], nat } = (document.getIn(cluster) as YAMLMap).toJSON() as ModelCluster
  return [
    ...vips.flatMap(({ also = [], owner }, index) => [
      { path: [...cluster, 'vips', index, 'address'], what: owner ? `VIP of ${owner}` : 'VIP' },
      ...also.map((_, at) => ({ path: [...cluster, 'vips', index, 'also', at], what: 'one more with it' })),
    ]),
    ...(nat ? [{ path: [...cluster, 'nat', 'gateway'], what: 'gateway of the realservers' }] : []),
  ]
}
