import { networkOf } from './network.ts'
import type { Speaker, Told } from './speaker.ts'

/** Directors that say nothing of the address from which they speak by unicast, with that which the others' lists leave for them. */
export function located(tolds: readonly Told[]): readonly Told[] {
  const speakers = tolds.flatMap((told) => told.speakers)
  const found = new Map<Speaker, string>()
  for (const { members } of networkOf(speakers).routers) {
    const own = members.map((index) => speakers[index] as Speaker)
    for (const [speaker, address] of placesOf(own)) found.set(speaker, address)
  }
  if (found.size === 0) return tolds
  const placed = (one: Speaker): Speaker => ({ ...one, source: one.source ?? found.get(one) })
  return tolds.map((told) => ({ ...told, speakers: told.speakers.map(placed) }))
}

/** Nobody lists himself: where the others list one address that is nobody's and that he does not list, he is there. */
function placesOf(members: readonly Speaker[]): ReadonlyMap<Speaker, string> {
  const taken = new Set(members.flatMap(({ source }) => source ?? []))
  const places = new Map<Speaker, string>()
  const lost = members.filter(({ source, unicast }) => source === undefined && unicast)
  const left = (speaker: Speaker) => {
    const others = members.filter(({ director }) => director !== speaker.director)
    const listed = new Set(others.flatMap(({ peers }) => peers))
    return [...listed].filter((address) => !taken.has(address) && !speaker.peers.includes(address))
  }
  for (let before = -1; before < places.size; ) {
    before = places.size
    const only = lost
      .filter((one) => !places.has(one))
      .flatMap((one) => {
        const [address, ...more] = left(one)
        return address !== undefined && more.length === 0 ? [{ one, address }] : []
      })
    // An address for which there are two is that of neither, as far as anybody can tell.
    for (const { one, address } of only.filter((each) => isAlone(each, only))) {
      places.set(one, address)
      taken.add(address)
    }
  }
  return places
}

interface Place {
  readonly one: Speaker
  readonly address: string
}

const isAlone = ({ one, address }: Place, all: readonly Place[]) =>
  all.every((other) => other.one === one || other.address !== address)
