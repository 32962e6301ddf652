import { parseDocument } from 'yaml'
import { Failure } from '../model/failure.ts'

/** The machines and addresses of a new inventory. */
export interface NewCluster {
  readonly directors: readonly string[]
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

/** Does the architecture have realservers, or do its directors serve themselves? */
export function needsRealservers(model: string): boolean {
  return parseDocument(model).hasIn(['all', 'children', 'realservers'])
}

/** Does the architecture have a machine with the pages? */
export function needsNfs(model: string): boolean {
  return parseDocument(model).hasIn(['all', 'children', 'nfs'])
}

/** The inventory with the interface its directors have for the VIPs: one for all, or by the name of the director. */
export function withInterfaces(text: string, interfaces: ReadonlyMap<string, string>): string {
  const document = parseDocument(text)
  const [first, ...others] = new Set(interfaces.values())
  const directors = Object.keys(document.toJS().all.children.directors.hosts)
  if (first !== undefined && others.length === 0 && interfaces.size === directors.length)
    document.setIn([...cluster, 'interface'], first)
  else
    for (const [host, name] of interfaces)
      document.setIn(['all', 'children', 'directors', 'hosts', host, 'director', 'interface'], name)
  return document.toString({ lineWidth: 0 })
}

/**
 * A packaged inventory with other machines and addresses; its comments stay. Throws INVALID_INPUT where the number of
 * addresses does not fit.
 */
export function inventoryFor(model: string, { directors, realservers, vips, nfs, user }: NewCluster): string {
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
  if (document.hasIn([...cluster, 'nat', 'clients'])) document.deleteIn([...cluster, 'nat', 'clients'])
  const hosts = (prefix: string, list: readonly string[]) =>
    document.createNode(
      Object.fromEntries(list.map((address, index) => [`${prefix}${index + 1}`, { ansible_host: address }])),
    )
  document.setIn(['all', 'children', 'directors', 'hosts'], hosts('d', directors))
  if (needsRealservers(model))
    document.setIn(['all', 'children', 'realservers', 'hosts'], hosts('rs', realservers))
  if (needsNfs(model)) document.setIn(['all', 'children', 'nfs', 'hosts'], hosts('nfs', nfs))
  document.deleteIn(['all', 'children', 'clients'])
  return document.toString({ lineWidth: 0 })
}

const cluster = ['all', 'vars', 'cluster'] as const

function addresses(model: string): readonly { readonly path: readonly unknown[]; readonly what: string }[] {
  const { vips, nat } = parseDocument(model).toJS().all.vars.cluster as {
    readonly vips: readonly { readonly also?: readonly string[]; readonly owner?: string }[]
    readonly nat?: object
  }
  return [
    ...vips.flatMap(({ also = [], owner }, index) => [
      { path: [...cluster, 'vips', index, 'address'], what: owner ? `VIP of ${owner}` : 'VIP' },
      ...also.map((_, at) => ({ path: [...cluster, 'vips', index, 'also', at], what: 'one more with it' })),
    ]),
    ...(nat ? [{ path: [...cluster, 'nat', 'gateway'], what: 'gateway of the realservers' }] : []),
  ]
}
