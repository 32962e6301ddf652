import { isAmong } from '../cluster/index.ts'
import { Failure } from '../model/failure.ts'
import { httpAnswers } from '../sensors/http.ts'
import { ipvsTable } from '../sensors/ipvs.ts'
import { type ExpectedCluster, type ExpectedService, expectedTiers, withServers } from './expected.ts'
import { directOf, eachPage, healthUrl, isPage } from './proofs/direct.ts'
import { hindranceOf, holdersOf } from './proofs/holder.ts'
import { peerHolding } from './proofs/peers.ts'
import { understudyProofs } from './proofs/understudy.ts'
import type { Sightings } from './sightings.ts'

/** What was seen of a cluster. */
interface Seen {
  readonly expected: ExpectedCluster
  readonly seen: Sightings
}

/**
 * What keeps a machine that was changed from doing its part, before others are changed: a realserver answers as its page and its
 * check promise, a director could hold each VIP and what balances there serves. Nothing where it does.
 */
export function hindrancesOf(host: string, { expected, seen }: Seen): readonly string[] {
  return expectedTiers(expected).flatMap((tier) => [
    ...(tier.directors.some((one) => one.host === host) ? ofDirector(host, tier, seen) : []),
    ...(tier.realservers.some((one) => one.host === host) ? ofRealserver(host, tier, seen) : []),
  ])
}

/** Ports of a realserver on which it does not answer those who ask it. */
export function silentPorts(host: string, { expected, seen }: Seen): readonly number[] {
  return expectedTiers(expected).flatMap((tier) =>
    tier.vips
      .flatMap((vip) => vip.services)
      .flatMap(eachPage)
      .flatMap((service) => {
        const said = directOf(tier, service, seen)
        return service.servers.flatMap((server, index) => {
          const { answers, asked } = said[index] ?? { answers: [], asked: false }
          return server.host === host && asked && answers.length === 0 ? [server.port] : []
        })
      }),
  )
}

/** VIPs among these that nobody holds. */
export function orphanedVips(addresses: ReadonlySet<string>, { expected, seen }: Seen): readonly string[] {
  return expected.vips
    .filter(({ address }) => addresses.has(address))
    .filter((vip) => holdersOf(vip.address, expected, seen).length === 0 && !peerHolding(vip, expected, seen))
    .map(({ address }) => address)
}

/** The cluster with those realservers alone that the kernels of directors have in their tables: others are sent nobody. */
export function asInTables(tier: ExpectedCluster, { members }: Sightings): ExpectedCluster {
  if (tier.balancer !== 'ipvs') return tier
  const tables = tier.directors.flatMap(({ host }) => {
    const member = members.get(host)
    const table = member && !(member instanceof Failure) ? member.read(ipvsTable) : undefined
    return table?.readable ? [table] : []
  })
  const isThere = (
    vip: string,
    { mark, protocol, port }: ExpectedService,
    server: { readonly address: string; readonly port: number },
  ) =>
    tables.some(({ services }) =>
      services
        .filter((one) =>
          mark === undefined
            ? one.protocol === protocol && one.address === vip && one.port === port
            : one.protocol === 'fwmark' && one.address === String(mark),
        )
        .some(({ servers }) =>
          servers.some(
            (one) => one.address === server.address && one.port === (mark === undefined ? server.port : 0),
          ),
        ),
    )
  return withServers(tier, isThere)
}

function ofDirector(host: string, tier: ExpectedCluster, seen: Sightings): readonly string[] {
  const instances = tier.isBehind ? [] : [...new Set(tier.vips.map(({ instance }) => instance))]
  const hindered = instances.flatMap((instance) => hindranceOf(host, instance, tier, seen) ?? [])
  const own = understudyProofs(tier, seen).filter(
    ({ subject, verdict }) => verdict === 'fail' && subject.startsWith(`${host} `),
  )
  return [...new Set([...hindered, ...own.map((proof) => `${proof.subject}: ${proof.seen}`)])]
}

function ofRealserver(host: string, tier: ExpectedCluster, seen: Sightings): readonly string[] {
  const services = tier.vips.flatMap((vip) => vip.services).flatMap(eachPage)
  const found = services.flatMap((service) => {
    const said = directOf(tier, service, seen)
    return service.servers.flatMap((server, index): readonly string[] => {
      const { answers, asked } = said[index] ?? { answers: [], asked: false }
      if (server.host !== host || !asked) return []
      const status = answers[0]?.status
      if (status === undefined) return [`it does not answer on port ${server.port}`]
      if (!answers.some((answer) => isPage(service.page, answer)))
        return [`it answers ${status} on port ${server.port}`]
      const checked = failedCheck(service, server, tier, seen)
      return checked === undefined ? [] : [`it answers its health check with ${checked || 'nothing'}`]
    })
  })
  return [...new Set(found)]
}

/** The status that the check has of a realserver where it is not one of those it promises, by the first director that asked. */
function failedCheck(
  { health }: ExpectedService,
  server: ExpectedService['servers'][number],
  { directors }: ExpectedCluster,
  { atDirectors }: Sightings,
): number | undefined {
  if (!health) return undefined
  for (const { host } of directors) {
    const asked = atDirectors.get(host)
    if (!asked || asked instanceof Failure) continue
    const [answer] = asked.read(httpAnswers(healthUrl(health, server), 1)) ?? []
    if (answer) return isAmong(health.status, answer.status) ? undefined : answer.status
  }
  return undefined
}
