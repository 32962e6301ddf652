import { canonical } from '../cluster/addresses.ts'

/** What somebody serves by: machines, by their addresses. */
interface Serving<Server> {
  readonly real: readonly Server[]
}

/**
 * Those that can have their realservers from one list: the machines of each are said to be the same wherever they occur. Where
 * they are not, most have it their way, and of as many the first.
 */
export function agreeing<One extends Serving<{ readonly address: string }>>(
  services: readonly One[],
  same: (server: One['real'][number]) => unknown,
): readonly One[] {
  const setOf = ({ real }: One) =>
    JSON.stringify(real.map((one) => [canonical(one.address), same(one)]).toSorted())
  const counts = new Map<string, number>()
  for (const one of services) counts.set(setOf(one), (counts.get(setOf(one)) ?? 0) + 1)
  const ranked = services.toSorted(
    (one, other) => (counts.get(setOf(other)) ?? 0) - (counts.get(setOf(one)) ?? 0),
  )
  const said = new Map<string, string>()
  const kept = new Set<One>()
  for (const one of ranked) {
    const own = new Map(one.real.map((server) => [canonical(server.address), JSON.stringify(same(server))]))
    if (own.size < one.real.length) continue
    if ([...own].some(([address, words]) => (said.get(address) ?? words) !== words)) continue
    for (const [address, words] of own) said.set(address, words)
    kept.add(one)
  }
  return services.filter((one) => kept.has(one))
}

/** All machines of several, in the order in which they occur. */
export function unionOf<Server extends { readonly address: string }>(
  services: readonly Serving<Server>[],
): readonly Server[] {
  const all = new Map<string, Server>()
  for (const server of services.flatMap(({ real }) => real))
    if (!all.has(canonical(server.address))) all.set(canonical(server.address), server)
  return [...all.values()]
}

/** Groups of realservers, by their names. */
export type Groups = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Names for the sets of machines that are not all of them, after what they serve; each service's own where it has one. `hosts`
 * have names that no group is to have.
 */
export function groupsOf<One extends Serving<{ readonly address: string }>>(
  services: readonly One[],
  nameOf: (one: One) => string,
  hosts: ReadonlySet<string> = new Set(),
): { readonly groups: Groups; groupOf(one: One): string | undefined } {
  const keyOf = (real: One['real']) =>
    real
      .map(({ address }) => canonical(address))
      .toSorted()
      .join(' ')
  const whole = keyOf(unionOf(services))
  const names = new Map<string, string>()
  const groups = new Map<string, ReadonlySet<string>>()
  for (const one of services) {
    const key = keyOf(one.real)
    if (key === '' || key === whole || names.has(key)) continue
    const plain = nameOf(one).replaceAll(/[^A-Za-z0-9_]+/g, '_')
    const wished = /^[A-Za-z]/.test(plain) ? plain : `pool_${plain}`
    const taken = (name: string) => groups.has(name) || reserved.has(name) || hosts.has(name)
    let name = wished
    for (let count = 2; taken(name); count++) name = `${wished}_${count}`
    names.set(key, name)
    groups.set(name, new Set(one.real.map(({ address }) => canonical(address))))
  }
  return { groups, groupOf: (one) => names.get(keyOf(one.real)) }
}

/** Groups that mean something else. */
const reserved = new Set([
  'all',
  'ungrouped',
  'directors',
  'realservers',
  'clients',
  'proxies',
  'retired',
  'nfs',
])
