import { inNetwork } from '../cluster/index.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import { connectionTo } from '../sensors/connections.ts'
import { whoHas } from '../sensors/neighbours.ts'
import { pingOf } from '../sensors/pings.ts'
import { type Asking, ask, askAll } from './asking.ts'
import { type ExpectedCluster, type ExpectedVip, expectedTiers } from './expected.ts'
import type { Observed } from './observe.ts'
import { factsOfHost } from './proofs/holder.ts'
import { questionsAbout } from './questions.ts'
import { lookingAt, type Sightings, type View } from './sightings.ts'

/** What tells at once whether whoever looks has a way to a VIP: it is in its segment, or is answered from there. */
export function waysToVips({ vips }: Pick<ExpectedCluster, 'vips'>): readonly Query<unknown>[] {
  return vips.flatMap(({ address }) => [whoHas(address), pingOf(address)])
}

/** Has somebody a way to a VIP, by what he was asked? Whoever has it himself would speak with himself. */
function hasWay(by: Observed, { address }: ExpectedVip): 'certainly' | 'perhaps' | 'never' {
  const neighbour = by.read(whoHas(address))
  if (!neighbour.asked && neighbour.why === itsOwn) return 'never'
  return neighbour.asked || by.read(pingOf(address)) ? 'certainly' : 'perhaps'
}

/** As `whoHas` says it. */
const itsOwn = 'the address is its own'

/**
 * Who looks from outside may have no way into the network of every VIP, such as one for the machines inside. Those are looked at by
 * the first other client that has one, or by a member that can ask as a client would. Where nobody can, that is what was seen of it.
 */
export async function lookElsewhere(
  expected: ExpectedCluster,
  { observer, outside, members }: Pick<Sightings, 'observer' | 'outside' | 'members'>,
  asking: Asking,
): Promise<ReadonlyMap<string, View>> {
  if (outside instanceof Failure) return new Map()
  const doubtful = expected.vips.filter((vip) => hasWay(outside, vip) === 'perhaps')
  const far = await withoutWay(doubtful, { observer, members }, expected, asking)
  if (far.length === 0) return new Map()
  const others = candidates(expected).filter((host) => host !== observer)
  const asked = await askAll(others, asking, () => waysToVips({ vips: far }))
  const chosen = new Map(far.map((vip) => [vip, others.find((host) => canAsk(host, vip, expected, asked))]))
  const hosts = new Set([...chosen.values()].flatMap((host) => host ?? []))
  const looked = await askAll([...hosts], asking, (host) =>
    questionsAbout(expected, { ...expected, vips: far.filter((vip) => chosen.get(vip) === host) }),
  )
  return new Map(
    far.map((vip): [string, View] => {
      const host = chosen.get(vip)
      const view = host === undefined ? undefined : looked.get(host)
      return [
        vip.address,
        host === undefined || view === undefined
          ? { observer, outside: nobodyCan(vip, observer) }
          : { observer: host, outside: view },
      ]
    }),
  )
}

/**
 * Who has an address is heard in its segment alone. Where whoever looks at a VIP is in another one, as a controller in its office mostly
 * is, the first other client or member there asks.
 */
export async function askWithin(
  expected: ExpectedCluster,
  seen: Pick<Sightings, 'observer' | 'outside' | 'elsewhere'>,
  asking: Asking,
): Promise<ReadonlyMap<string, View>> {
  const unheard = expected.vips.filter(({ address }) => {
    const { outside } = lookingAt(address, seen)
    return outside instanceof Failure || !outside.read(whoHas(address)).asked
  })
  if (unheard.length === 0) return new Map()
  const hosts = candidates(expected)
  const asked = await askAll(hosts, asking, () => unheard.map(({ address }) => whoHas(address)))
  return new Map(
    unheard.flatMap(({ address }): [string, View][] => {
      const heard = [...asked].find(
        ([, told]) => !(told instanceof Failure) && told.read(whoHas(address)).asked,
      )
      return heard ? [[address, { observer: heard[0], outside: heard[1] }]] : []
    }),
  )
}

/**
 * Those of the VIPs from whose directors nothing answers either: a firewall may keep an echo away, and all else not. Whoever cannot
 * ask for one is taken to have a way, as what goes wrong between clients and a VIP must not be looked past.
 */
async function withoutWay(
  vips: readonly ExpectedVip[],
  { observer, members }: Pick<Sightings, 'observer' | 'members'>,
  { directors }: ExpectedCluster,
  asking: Asking,
): Promise<readonly ExpectedVip[]> {
  if (vips.length === 0) return []
  const addresses = directors.flatMap(({ host }) => {
    const member = members.get(host)
    if (!member || member instanceof Failure) return []
    return Object.values(member.read(factsOfHost).interfaces).flatMap((one) => one.addresses)
  })
  const near = ({ address }: ExpectedVip) =>
    addresses.filter((one) => one.address !== address && inNetwork(address, one)).map((one) => one.address)
  const connections = ({ address, services }: ExpectedVip) =>
    services.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => connectionTo({ address, port }))
  const queries = vips.flatMap((vip) => [...near(vip).map(pingOf), ...connections(vip)])
  const asked = await ask(observer, queries, asking)
  if (asked instanceof Failure) return []
  return vips.filter((vip) => {
    // One that is refused may have been so by a router between, which says it in the name of whoever is asked.
    const isLetIn = connections(vip).some((query) => asked.read(query)?.made)
    return !isLetIn && near(vip).every((address) => asked.read(pingOf(address)) === false)
  })
}

/** All who could look, in the order in which they are wanted: directors last, which one day hold the VIP. */
function candidates(expected: ExpectedCluster): readonly string[] {
  const tiers = expectedTiers(expected).toReversed()
  const members = [
    ...tiers.flatMap(({ realservers }) => realservers),
    ...tiers.flatMap(({ directors }) => directors),
  ]
  return [...new Set([...expected.observers, ...members.map(({ host }) => host)])]
}

/** Can a machine ask as a client would? */
function canAsk(
  host: string,
  vip: ExpectedVip,
  { balancer, observers, directors }: ExpectedCluster,
  asked: ReadonlyMap<string, Observed | Failure>,
): boolean {
  const told = asked.get(host)
  if (!told || told instanceof Failure || hasWay(told, vip) !== 'certainly') return false
  if (observers.includes(host) || balancer !== 'ipvs') return true
  // The kernel of a director balances what it sends itself, and a realserver would have its own answers.
  const serving = vip.services.flatMap(({ servers }) => servers)
  return ![...directors, ...serving].some((one) => one.host === host)
}

function nobodyCan({ address }: ExpectedVip, observer: string | undefined): Failure {
  return new Failure(
    'UNREACHABLE',
    `${observer ?? 'this computer'} has no way there: neither ${address} nor a director answers from its network; and nobody else can ask as a client would`,
    { next: 'put a machine of that network into the group clients of the inventory' },
  )
}
