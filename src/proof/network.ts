import type { Speaker } from './speaker.ts'

/** A network interface of a director. */
export type Port = `${string} ${string}`

/** An interface by the name it has on a director. */
export const portOf = (director: string, name: string): Port => `${director} ${name}`

/** Who may hold the same VIP, by their places among all speakers. */
export interface Router {
  readonly members: readonly number[]
  readonly vips: readonly string[]
}

/** What connects the directors, as far as their configurations tell. */
export interface Network {
  readonly routers: readonly Router[]
  /** Interfaces that are on one link, each link with those that have no other on it. */
  readonly links: ReadonlyMap<Port, number>
}

/** Directors on one link that do not hear each other. */
export interface Partition {
  readonly links: readonly number[]
  readonly apart: ReadonlySet<string>
}

/** Finds who may hold the same VIP, and takes for one link what must be one for that to make sense. */
export function networkOf(speakers: readonly Speaker[]): Network {
  const routers = routersOf(speakers)
  const links = new Joined<Port>()
  for (const speaker of speakers)
    for (const name of [speaker.interface, ...speaker.carriers]) links.add(portOf(speaker.director, name))
  for (const { members } of routers) {
    const all = members.map((index) => speakers[index] as Speaker)
    for (const other of all) {
      const peer = peerOf(other, all)
      if (!peer) continue
      links.join(portOf(peer.director, peer.interface), portOf(other.director, other.interface))
      const [one] = peer.carriers
      const [two] = other.carriers
      if (one !== undefined && two !== undefined && peer.carriers.length === 1 && other.carriers.length === 1)
        links.join(portOf(peer.director, one), portOf(other.director, two))
    }
  }
  return { routers, links: links.numbered() }
}

/** Whom one is to hear: the first of another director that speaks for the same virtual router, or else for the same VIP. */
function peerOf(one: Speaker, all: readonly Speaker[]): Speaker | undefined {
  const others = all.filter(({ director }) => director !== one.director)
  return others.find(({ vrid, family }) => vrid === one.vrid && family === one.family) ?? others[0]
}

function routersOf(speakers: readonly Speaker[]): readonly Router[] {
  const joined = new Joined<number>()
  for (const index of speakers.keys()) joined.add(index)
  const holders = new Map<string, number>()
  speakers.forEach((speaker, index) => {
    for (const vip of [...speaker.vips, ...speaker.excluded]) {
      const other = holders.get(vip)
      if (other === undefined) holders.set(vip, index)
      else joined.join(other, index)
    }
  })
  // Who shares no address with anybody may still be meant for the same.
  const earlier = new Map<string, number[]>()
  for (const [index, { vrid, family, director }] of speakers.entries()) {
    const key = `${vrid} ${family}`
    const like = earlier.get(key) ?? []
    earlier.set(key, like)
    const other = joined.isAlone(index)
      ? like.find((at) => speakers[at]?.director !== director && joined.isAlone(at))
      : undefined
    if (other !== undefined) joined.join(other, index)
    like.push(index)
  }
  const numbers = joined.numbered()
  const groups = new Map<number, number[]>()
  for (const [index, number] of numbers) {
    const members = groups.get(number)
    if (members) members.push(index)
    else groups.set(number, [index])
  }
  return [...groups.values()].map((members) => ({
    members,
    vips: [...new Set(members.flatMap((index) => speakers[index]?.vips ?? []))],
  }))
}

/**
 * Whether adverts of one reach another and are taken for such, while all is well: vrrp.c, vrrp_check_packet, and what its
 * sockets get.
 */
export function understands(to: Speaker, from: Speaker, speakers: readonly Speaker[]): boolean {
  if (to === from || to.director === from.director) return false
  if (to.vrid !== from.vrid || to.family !== from.family || to.version !== from.version) return false
  if (to.auth !== from.auth || to.unicast !== from.unicast) return false
  if (to.version === 2 && to.advert !== from.advert) return false
  if (to.vips.length !== from.vips.length || to.vips.some((vip) => !from.vips.includes(vip))) return false
  if (!to.unicast) return to.group === from.group
  if (to.checksSource && from.source !== undefined && !to.peers.includes(from.source)) return false
  if (to.source !== undefined) return from.peers.includes(to.source)
  // Nobody says where it is: it is taken to be where nobody else is.
  const known = new Set(speakers.flatMap(({ source }) => source ?? []))
  return from.peers.some((peer) => !known.has(peer))
}

/** Things that are joined to others, by union and find. */
class Joined<Thing> {
  readonly #parents = new Map<Thing, Thing>()
  /** Those that are joined to another one. */
  readonly #joined = new Set<Thing>()

  add(thing: Thing): void {
    if (!this.#parents.has(thing)) this.#parents.set(thing, thing)
  }

  of(thing: Thing): Thing {
    let root = thing
    for (
      let next = this.#parents.get(root);
      next !== undefined && next !== root;
      next = this.#parents.get(root)
    )
      root = next
    return root
  }

  join(one: Thing, other: Thing): void {
    this.add(one)
    this.add(other)
    if (one !== other) this.#joined.add(one).add(other)
    this.#parents.set(this.of(other), this.of(one))
  }

  isAlone(thing: Thing): boolean {
    return !this.#joined.has(thing)
  }

  /** Each with the number of those it is joined to. */
  numbered(): ReadonlyMap<Thing, number> {
    const numbers = new Map<Thing, number>()
    return new Map(
      [...this.#parents.keys()].map((thing) => {
        const root = this.of(thing)
        if (!numbers.has(root)) numbers.set(root, numbers.size)
        return [thing, numbers.get(root) as number] as const
      }),
    )
  }
}
