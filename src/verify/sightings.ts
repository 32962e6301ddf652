import { Failure } from '../model/failure.ts'
import type { ExpectedCluster } from './expected.ts'
import type { Observed } from './observe.ts'

/** What one machine saw from outside. */
export interface View {
  /** The machine that looked; `undefined`: this computer. */
  readonly observer: string | undefined
  readonly outside: Observed | Failure
}

/** What was seen of a cluster in one round. A member that could not be asked has its failure instead. */
export interface Sightings extends View {
  readonly members: ReadonlyMap<string, Observed | Failure>
  /** Members that their own network does not hear: these are not slow, they are off. */
  readonly off: ReadonlySet<string>
  /** Who looked at VIPs to which that one has no way, by their addresses. */
  readonly elsewhere?: ReadonlyMap<string, View>
  /** Who asked the segments of VIPs that whoever looks at them reaches through a router, by their addresses. */
  readonly within?: ReadonlyMap<string, View>
  /** Directors that asked the realservers past the balancer, at the same time. */
  readonly atDirectors: ReadonlyMap<string, Observed | Failure>
}

/** The same with the eyes of whoever looked at this VIP. */
export function lookingAt<Seen extends Pick<Sightings, 'elsewhere'> & View>(vip: string, seen: Seen): Seen {
  return { ...seen, ...seen.elsewhere?.get(vip) }
}

/** Who can ask for VIPs as a client would. */
interface Asker {
  readonly observer: string | undefined
  /** The cluster with the VIPs that he can ask for. */
  readonly asked: ExpectedCluster
  /** VIPs with something behind them for which he cannot ask. */
  readonly unasked: readonly string[]
}

/** Who is to ask steadily: whoever looks from outside, for those to which it has a way; if to none, whoever looked at the first instead. */
export function askerOf(expected: ExpectedCluster, seen: Sightings): Asker {
  const { observer, vips } = whoAsks(expected, seen)
  const unasked = expected.vips
    .filter((vip) => vip.services.length > 0 && !vips.includes(vip))
    .map(({ address }) => address)
  return { observer, asked: { ...expected, vips }, unasked }
}

function whoAsks(
  expected: ExpectedCluster,
  { observer, elsewhere }: Sightings,
): Pick<Asker, 'observer'> & Pick<ExpectedCluster, 'vips'> {
  const near = expected.vips.filter(({ address }) => !elsewhere?.has(address))
  const views = [...(elsewhere ?? [])].filter(([, { outside }]) => !(outside instanceof Failure))
  const [first] = views
  if (near.length > 0) return { observer, vips: near }
  if (!first) return { observer, vips: expected.vips }
  const { observer: other } = first[1]
  const theirs = new Set(views.filter(([, view]) => view.observer === other).map(([address]) => address))
  const vips = expected.vips.filter(({ address }) => theirs.has(address))
  return { observer: other, vips }
}
