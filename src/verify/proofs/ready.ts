import { isAmong, written } from '../../cluster/index.ts'
import { Failure } from '../../model/failure.ts'
import { httpAnswers } from '../../sensors/http.ts'
import { ipvsTable } from '../../sensors/ipvs.ts'
import type { ExpectedCluster, ExpectedPage, ExpectedService } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { curlFor, type Direct, directUrl, healthUrl, isPage, promisedBy } from './direct.ts'
import { holdersOf } from './holder.ts'

/** Where realservers are to be ready: one page of a VIP, and what was seen of it. */
export interface Pool {
  readonly vip: string
  readonly service: ExpectedService
  readonly page: ExpectedPage
  readonly cluster: ExpectedCluster
  readonly seen: Sightings
}

/** What is in the way of a realserver's turn, or why that cannot be known. */
export interface Obstacle {
  readonly verdict: 'fail' | 'unknown'
  readonly seen: string
  readonly next: string
}

/** Where it was looked for obstacles, in words. */
export function readyIn({ vip, cluster, seen, service }: Pool): string {
  const [holder] = holdersOf(vip, cluster, seen)
  if (cluster.balancer === 'ipvs') return `in the table of ${holder} and serving when asked directly`
  return service.health ? 'healthy and serving when asked directly' : 'serving when asked directly'
}

/**
 * What keeps the balancer that holds the VIP from sending a realserver its next request: the kernel would have it in its
 * table; nginx and HAProxy cannot be asked by everybody, so their directors ask what they ask.
 */
export function obstacleTo(
  server: ExpectedService['servers'][number],
  { answers, asked }: Direct,
  pool: Pool,
): Obstacle | undefined {
  const { cluster, service, seen } = pool
  const [holder] = holdersOf(pool.vip, cluster, seen)
  const { host } = server
  const failing = (what: string, next: string): Obstacle => ({ verdict: 'fail', seen: what, next })
  const unit = cluster.balancer === 'ipvs' ? 'keepalived' : cluster.balancer
  const log = `on ${holder ?? 'a director'}: journalctl -u ${unit} -n 30`
  if (cluster.balancer === 'ipvs' && !isInTable(server, pool, holder))
    return failing(`${host} is not in the table of ${holder ?? 'any holder'}, or has the weight 0 there`, log)
  const curl = `on ${holder ?? 'a director'}: ${curlFor(directUrl(service, server), service.as)}`
  if (!asked) {
    const why = `${host} cannot be asked directly, neither from ${seen.observer ?? 'this computer'} nor from a director`
    return { verdict: 'unknown', seen: why, next: 'install curl on the directors' }
  }
  if (answers.length === 0) return failing(`${host} does not answer when asked directly`, curl)
  if (!answers.some((one) => isPage(pool.page, one))) {
    const said = `${host} answers ${answers[0]?.status} when asked directly`
    return failing(
      pool.page.body === undefined ? said : `${said}, and promised is ${promisedBy(pool.page)}`,
      curl,
    )
  }
  const member = holder === undefined ? undefined : seen.atDirectors.get(holder)
  if (!service.health || !member || member instanceof Failure) return undefined
  const url = healthUrl(service.health, server)
  const [checked] = member.read(httpAnswers(url, 1)) ?? []
  if (!checked || isAmong(service.health.status, checked.status)) return undefined
  const what = `${host} answers its health check with ${checked.status || 'nothing'} instead of ${written(service.health.status)}`
  return failing(what, `on ${holder}: ${curlFor(url)}`)
}

function isInTable(
  server: { readonly address: string; readonly port: number },
  { vip, service, seen }: Pool,
  holder: string | undefined,
): boolean {
  const member = holder === undefined ? undefined : seen.members.get(holder)
  if (!member || member instanceof Failure) return false
  const table = member.read(ipvsTable)
  const entry = table.readable
    ? table.services.find(({ protocol, address, port }) =>
        service.mark === undefined
          ? protocol === service.protocol && address === vip && port === service.port
          : protocol === 'fwmark' && address === String(service.mark),
      )
    : undefined
  const own = service.mark === undefined ? server.port : 0
  return (entry?.servers ?? []).some(
    ({ address, port, weight }) => address === server.address && port === own && weight > 0,
  )
}
