import { canonical, familyOf, inNetwork } from '../cluster/addresses.ts'
import type { KnownMachine } from './hosts.ts'
import type { ServerReading } from './keepalived/virtual-servers.ts'
import type { Remark } from './position.ts'
import type { SharedInstance } from './vips.ts'

/** Where realservers send answers that are translated back. */
export interface WayBack {
  readonly nat?: { readonly gateway: string; readonly clients?: readonly string[] }
  /** The instances without that address; the one that it moves with comes first. */
  readonly shared: readonly SharedInstance[]
  readonly remarks: readonly Remark[]
}

/**
 * Finds, where services are forwarded by translation, which moving address is the gateway of realservers: one through which
 * those that were named lead something, else the only one without services in a network of the directors in which all
 * of them are, too.
 */
export function wayBack(
  shared: readonly SharedInstance[],
  servers: readonly ServerReading[],
  groups: ReadonlyMap<string, readonly string[]>,
  {
    machines,
    networks,
  }: { readonly machines: readonly KnownMachine[]; readonly networks: readonly string[] },
): WayBack {
  const translated = servers.flatMap(({ adopted }) =>
    adopted?.service.forwarding === 'nat' ? [adopted] : [],
  )
  if (translated.length === 0) return { shared, remarks: [] }
  const real = new Set(translated.flatMap((one) => one.real.map(({ address }) => canonical(address))))
  const served = new Set(servers.flatMap(({ adopted }) => (adopted ? [canonical(adopted.address)] : [])))
  const free = shared.flatMap(({ instance }) =>
    instance.addresses.filter(({ address }) => !served.has(canonical(address))),
  )
  const routes = machines
    .filter(({ connection, addresses }) => [connection, ...addresses].some((one) => real.has(canonical(one))))
    .flatMap((one) => one.routes ?? [])
  const ledTo = new Set(routes.map(({ via }) => canonical(via)))
  const common = networks.filter((network) => [...real].every((one) => contains(network, one)))
  const near = free.filter(({ address, prefix }) =>
    [`${address}/${prefix}`, ...common].some(
      (network) => contains(network, address) && [...real].every((one) => contains(network, one)),
    ),
  )
  const [found, ...others] =
    [free.filter(({ address }) => ledTo.has(canonical(address))), near].find(({ length }) => length > 0) ?? []
  if (!found || others.length > 0)
    return {
      shared,
      remarks: [
        {
          message: `realservers are reached by translation, and ${others.length > 0 ? 'more than one moving address may be' : 'no moving address is known to be'} their gateway: write nat: { gateway: … } into cluster, or adopt again and name them`,
        },
      ],
    }
  const gateway = found.address
  const led = routes.filter(({ via }) => canonical(via) === canonical(gateway)).map(({ to }) => to)
  // Who leads all there needs no words: it is what nobody says otherwise.
  const clients = led.some((to) => to.endsWith('/0')) ? [] : [...new Set(led)]
  return {
    nat: { gateway, ...(clients.length > 0 ? { clients } : {}) },
    ...movedWith(gateway, shared, groups, served),
  }
}

function contains(network: string, address: string): boolean {
  const [base = '', prefix = ''] = network.split('/')
  const member = canonical(base)
  return inNetwork(canonical(address), { address: member, prefix: Number(prefix), family: familyOf(member) })
}

/** Takes the gateway out of its instance: it moves with the first VIP, which is one that moved together with it before. */
function movedWith(
  gateway: string,
  shared: readonly SharedInstance[],
  groups: ReadonlyMap<string, readonly string[]>,
  served: ReadonlySet<string>,
): Pick<WayBack, 'shared' | 'remarks'> {
  const carrier = shared.find(({ instance }) => instance.addresses.some(({ address }) => address === gateway))
  const group = [...groups.values()].find((names) => names.includes(carrier?.instance.name ?? '')) ?? []
  const serves = ({ instance }: SharedInstance) =>
    instance.addresses.some(({ address }) => served.has(canonical(address)))
  const first =
    carrier && serves(carrier)
      ? carrier
      : (shared.find((one) => serves(one) && group.includes(one.instance.name)) ?? shared.find(serves))
  const left = shared.map((one) => (one === carrier ? without(gateway, one) : one))
  const gone = left.filter(({ instance }) => instance.addresses.length === 0)
  const isFirst = ({ vrid, instance }: SharedInstance) =>
    vrid === first?.vrid && instance.name === first.instance.name
  const kept = left.filter((one) => !gone.includes(one))
  return {
    shared: [...kept.filter(isFirst), ...kept.filter((one) => !isFirst(one))],
    remarks: gone.map(({ instance, owner }) => ({
      message: `${instance.name} is left out with what else it says: its ${gateway} is the gateway of realservers, and moves with ${first?.instance.name} from now on`,
      host: owner,
      at: instance.at,
    })),
  }
}

function without(gateway: string, one: SharedInstance): SharedInstance {
  const instance = (own: SharedInstance['instance']) => ({
    ...own,
    addresses: own.addresses.filter(({ address }) => canonical(address) !== canonical(gateway)),
  })
  return {
    ...one,
    instance: instance(one.instance),
    by: new Map([...one.by].map(([host, own]) => [host, instance(own)])),
  }
}
