import type { ProxiedService } from '../proxy.ts'

/** A `server` in our shape, and by which names it is asked. */
export interface NamedServer {
  readonly service: ProxiedService
  /** As `server_name` has them. */
  readonly names: readonly string[]
  /** It says of itself that it takes all other names. */
  readonly isDefault: boolean
}

/** Where it listens: a port of all addresses, or of each of some VIPs. */
export const placesOf = ({ words: { port }, on = [''] }: ProxiedService) =>
  on.map((address) => `${address}:${port}`)

const placeOf = ({ service }: NamedServer) => placesOf(service).toSorted().join(' ')

/**
 * Servers that share a port by their names: each but one gets `hosts`. nginx gives what nobody has the name of to the one that
 * says so, or to the first (ngx_http_core_module, listen). Where one of them does not fit, or has a name that has no word, none
 * does. `strangers`: ports of servers that are not ours to serve; `refused`: the status with which a server refuses whoever asks
 * for a name of nobody, by its port.
 */
export function byNames(
  servers: readonly NamedServer[],
  strangers: ReadonlySet<number>,
  refused: ReadonlyMap<number, number> = new Map(),
): readonly ProxiedService[] {
  const ports = new Map<number, NamedServer[]>()
  for (const one of servers) {
    const { port } = one.service.words
    ports.set(port, [...(ports.get(port) ?? []), one])
  }
  return [...ports].flatMap(([port, own]) => {
    const places = new Map<string, NamedServer[]>()
    for (const one of own) places.set(placeOf(one), [...(places.get(placeOf(one)) ?? []), one])
    const status = refused.get(port)
    if (status !== undefined) return places.size > 1 || strangers.has(port) ? [] : allNamed(own, status)
    if ([...places.values()].every(({ length }) => length === 1)) return own.map(alone)
    // Those that listen to one VIP, and those that listen to all, are told apart by more than names.
    if (places.size > 1 || strangers.has(port)) return []
    return together(own)
  })
}

function alone({ service, names }: NamedServer): ProxiedService {
  if (names.length === 0 || names.includes('_')) return service
  const remark = `server_name ${names.join(' ')}: all names are taken on this port after apply`
  return { ...service, remarks: [remark, ...service.remarks] }
}

/** Ours refuses, too, where all services of a port have names. */
function allNamed(servers: readonly NamedServer[], status: number): readonly ProxiedService[] {
  const read = servers.map(({ names }) => names.map(hostsIn))
  const hosts = read.map((own) => own.flatMap((one) => one ?? []))
  const fits =
    read.every((own) => own.length > 0 && !own.includes(undefined)) &&
    new Set(hosts.flat()).size === hosts.flat().length
  if (!fits || servers.some(({ isDefault }) => isDefault)) return []
  const remark = `whoever asks for a name of nobody is refused with status 421 after apply, and was with ${status}`
  return servers.map(({ service }, index) => ({
    ...service,
    words: { ...service.words, hosts: hosts[index] },
    remarks: [...(index === 0 ? [remark] : []), ...service.remarks],
  }))
}

function together(servers: readonly NamedServer[]): readonly ProxiedService[] {
  const defaults = servers.filter(({ isDefault }) => isDefault)
  const other = defaults[0] ?? servers[0]
  const named = servers.map((one) => [one, one === other ? [] : one.names.map(hostsIn)] as const)
  const hosts = named.flatMap(([, own]) => own.flat())
  const fits =
    defaults.length < 2 &&
    named.every(([one, own]) => one === other || (own.length > 0 && !own.includes(undefined))) &&
    new Set(hosts).size === hosts.length
  if (!fits) return []
  return named.map(([{ service, names }, own]) =>
    own.length > 0
      ? { ...service, words: { ...service.words, hosts: own.flatMap((one) => one ?? []) } }
      : names.length > 0
        ? {
            ...service,
            remarks: [
              `server_name ${names.join(' ')}: it takes all names that no other server has, as before`,
              ...service.remarks,
            ],
          }
        : service,
  )
}

/** `www.example.org`, `*.example.org`, and `.example.org`, which is both; `undefined` where it has no word. */
function hostsIn(name: string): readonly string[] | undefined {
  const own = name.toLowerCase()
  if (/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(own)) return [own]
  return /^(\.[a-z0-9-]+)+$/.test(own) ? [own.slice(1), `*${own}`] : undefined
}
