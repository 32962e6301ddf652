import { canonical } from '../cluster/addresses.ts'
import type { AdoptedDirector, Words } from './hosts.ts'
import type { Remark } from './position.ts'
import type { SharedInstance } from './vips.ts'

/** The variable `director` of each director, by its name, and the interfaces that are the same for all. */
export interface DirectorWords {
  readonly interface?: string
  /** Where VRRP is spoken, where that is not the interface that carries the VIPs. */
  readonly vrrpInterface?: string
  readonly directors: ReadonlyMap<string, Readonly<Record<string, unknown>>>
}

/** What differs between the directors. */
export function directorWords(
  directors: readonly AdoptedDirector[],
  shared: readonly SharedInstance[],
): Words<DirectorWords> {
  const remarks: Remark[] = [...strangers(directors, shared)]
  const devices = directors.map(({ name }) => onlyOf(instancesOf(name, shared).map((one) => one.carrier)))
  const common = devices.every((device) => device !== undefined) ? onlyOf(devices) : undefined
  const apart = shared.some(({ by }) => [...by.values()].some((one) => one.interface !== one.carrier))
  const links = directors.map(({ name }) => onlyOf(instancesOf(name, shared).map((one) => one.interface)))
  const link = apart && links.every((device) => device !== undefined) ? onlyOf(links) : undefined
  const routers = directors.map(({ keepalived }) => keepalived.routerId)
  const priorities = priorityWords(directors, shared, remarks)
  const words = directors.map(({ name, connection, keepalived: { routerId } }, index) => {
    const own = instancesOf(name, shared)
    const source = onlyOf(own.flatMap((one) => one.source ?? []))
    const [device, speaks] = [devices[index], links[index]]
    const { vips = {}, ...priority } = priorities.get(name) ?? {}
    const ofVips = shared.flatMap(({ by, instance }) => {
      const one = by.get(name)
      if (!one) return []
      const said = {
        ...(device === undefined ? { interface: one.carrier } : {}),
        ...(apart && speaks === undefined ? { vrrp_interface: one.interface } : {}),
        ...vips[instance.name],
      }
      return Object.keys(said).length === 0 ? [] : [[instance.name, said] as const]
    })
    const isOnly = routerId !== undefined && routers.filter((other) => other === routerId).length === 1
    if (routerId !== undefined && !isOnly)
      remarks.push({
        message: `router_id ${routerId} is also that of another director: it is called ${name} from now on`,
        host: name,
      })
    const isName = routerId !== undefined && /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(routerId)
    return [
      name,
      {
        ...(common === undefined && device !== undefined ? { interface: device } : {}),
        ...(source !== undefined && canonical(source) !== canonical(connection) ? { address: source } : {}),
        ...(apart && link === undefined && speaks !== undefined ? { vrrp_interface: speaks } : {}),
        ...priority,
        ...(ofVips.length > 0 ? { vips: Object.fromEntries(ofVips) } : {}),
        ...(isOnly && isName && routerId !== name ? { router_id: routerId } : {}),
      },
    ] as const
  })
  return {
    value: {
      ...(common === undefined ? {} : { interface: common }),
      ...(link === undefined ? {} : { vrrpInterface: link }),
      directors: new Map(words),
    },
    remarks,
    contradictions: [],
  }
}

function instancesOf(name: string, shared: readonly SharedInstance[]) {
  return shared.flatMap(({ by }) => by.get(name) ?? [])
}

function onlyOf(values: readonly (string | undefined)[]): string | undefined {
  const [value, ...others] = new Set(values)
  return others.length === 0 ? value : undefined
}

/** Words of `director`. */
interface PriorityWords {
  readonly priority?: number
  readonly vips?: Readonly<Record<string, { readonly priority: number }>>
}

/** Priorities that differ from those that follow from the owner and the order of the group. */
function priorityWords(
  directors: readonly AdoptedDirector[],
  shared: readonly SharedInstance[],
  remarks: Remark[],
): ReadonlyMap<string, PriorityWords> {
  const usual = shared.every((one) => {
    const computed = computedFor(one.owner, directors)
    return [...one.by].every(([host, { priority }]) => computed.get(host) === priority)
  })
  if (usual) return new Map()
  const own = directors.map(
    ({ name }) => [name, new Set(instancesOf(name, shared).map(({ priority }) => priority))] as const,
  )
  const values = own.flatMap(([, set]) => [...set])
  const isOneEach = own.every(([, set]) => set.size === 1) && new Set(values).size === directors.length
  if (isOneEach && values.every((value) => value >= 1 && value <= 254))
    return new Map(own.map(([name, set]) => [name, { priority: [...set][0] ?? 100 }]))
  const apart = new Map<string, Record<string, { readonly priority: number }>>()
  for (const { owner, by, instance } of shared) {
    const all = [...by.values()].map(({ priority }) => priority)
    const differ = new Set(all).size === directors.length
    for (const [host, { priority, at }] of by)
      if (differ && all.every((one) => one >= 1 && one <= 254)) {
        const own = apart.get(host) ?? {}
        own[instance.name] = { priority }
        apart.set(host, own)
      } else if (computedFor(owner, directors).get(host) !== priority) {
        const message = `priority ${priority} of ${instance.name} becomes ${computedFor(owner, directors).get(host)}`
        remarks.push({ message, host, at })
      }
  }
  return new Map([...apart].map(([host, vips]) => [host, { vips }]))
}

/** As the cluster computes them where nothing is said: ten apart, the owner first, the others going round. */
function computedFor(owner: string, directors: readonly AdoptedDirector[]): ReadonlyMap<string, number> {
  const first = directors.findIndex(({ name }) => name === owner)
  const order = [...directors.slice(first), ...directors.slice(0, first)]
  const top = Math.max(100, 10 * order.length)
  return new Map(order.map(({ name }, index) => [name, top - 10 * index]))
}

/** Directors that others know of, and nobody named. */
function strangers(
  directors: readonly AdoptedDirector[],
  shared: readonly SharedInstance[],
): readonly Remark[] {
  const known = new Set(
    directors.flatMap(({ connection, addresses }) => [connection, ...addresses]).map(canonical),
  )
  const told = new Set<string>()
  return shared.flatMap(({ by }) =>
    [...by].flatMap(([host, { peers = [], at }]) =>
      peers.flatMap((peer) => {
        if (known.has(canonical(peer)) || told.has(peer)) return []
        told.add(peer)
        return [
          {
            message: `unicast_peer ${peer} was not named: name it, too, or it will no longer be spoken to`,
            host,
            at,
          },
        ]
      }),
    ),
  )
}
