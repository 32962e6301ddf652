import { canonical } from './addresses.ts'
import type { Member, OnDirector, Said, Vip } from './cluster.ts'
import type { ClusterSettings, DirectorSettings } from './vocabulary/index.ts'

type WordsOfVip = NonNullable<DirectorSettings['vips']>[string]

/** What a director is told of one VIP alone, and the key under which it stands. */
export function wordsFor(
  director: DirectorSettings | undefined,
  vip: Pick<Vip, 'address' | 'instance'>,
): { readonly key: string; readonly words: WordsOfVip } | undefined {
  const [found] = Object.entries(director?.vips ?? {}).filter(([key]) => means(key, vip))
  return found && { key: found[0], words: found[1] }
}

/** Does a key of `director.vips` mean this VIP? */
export function means(key: string, { address, instance }: Pick<Vip, 'address' | 'instance'>): boolean {
  return key === instance || canonical(key) === address
}

/** All that is said of a VIP on one director, the nearest word first. */
export function onDirector(
  { director }: Pick<Member, 'director'>,
  vip: Pick<Vip, 'address' | 'instance'>,
  settings: ClusterSettings,
  index: number,
): OnDirector {
  const own = wordsFor(director, vip)
  const device = firstSaid([
    [own?.words.interface, ['director', 'vips', own?.key ?? '', 'interface']],
    [settings.vips[index]?.interface, ['cluster', 'vips', index, 'interface']],
    [director?.interface, ['director', 'interface']],
    [settings.interface, ['cluster', 'interface']],
  ])
  const address = firstSaid([[own?.words.address, ['director', 'vips', own?.key ?? '', 'address']]])
  const vrrpDevice = firstSaid([
    [own?.words.vrrp_interface, ['director', 'vips', own?.key ?? '', 'vrrp_interface']],
    // An address that is said for this VIP alone tells the interface, too.
    ...(address === undefined
      ? ([
          [settings.vips[index]?.vrrp_interface, ['cluster', 'vips', index, 'vrrp_interface']],
          [director?.vrrp_interface, ['director', 'vrrp_interface']],
          [settings.vrrp.interface, ['cluster', 'vrrp', 'interface']],
        ] as const)
      : []),
  ])
  return {
    ...(device === undefined ? {} : { interface: device }),
    ...(vrrpDevice === undefined ? {} : { vrrpInterface: vrrpDevice }),
    ...(address === undefined ? {} : { address: { ...address, value: canonical(address.value) } }),
    ...(own?.words.extra === undefined
      ? {}
      : { extra: { value: own.words.extra, path: ['director', 'vips', own.key, 'extra'] } }),
  }
}

/** The priority that a director is said to have for a VIP, and where. */
export function saidPriority(
  { director }: Pick<Member, 'director'>,
  vip: Pick<Vip, 'address' | 'instance'>,
): { readonly priority: number; readonly path: readonly PropertyKey[] } | undefined {
  const own = wordsFor(director, vip)
  if (own?.words.priority !== undefined)
    return { priority: own.words.priority, path: ['director', 'vips', own.key, 'priority'] }
  return director?.priority === undefined
    ? undefined
    : { priority: director.priority, path: ['director', 'priority'] }
}

function firstSaid(
  all: readonly (readonly [value: string | undefined, path: readonly PropertyKey[]])[],
): Said | undefined {
  return all.flatMap(([value, path]) => (value === undefined ? [] : [{ value, path }]))[0]
}

/** Does every director speak of the two on different interfaces, by what the inventory says? */
export function areApart(one: Vip, other: Vip): boolean {
  const link = (vip: Vip, host: string) => {
    const { vrrpInterface, address, interface: carrier } = vip.onDirectors.get(host) ?? {}
    return (vrrpInterface ?? (address === undefined ? carrier : undefined))?.value
  }
  return [...one.onDirectors.keys()].every((host) => {
    const [here, there] = [link(one, host), link(other, host)]
    return here !== undefined && there !== undefined && here !== there
  })
}
