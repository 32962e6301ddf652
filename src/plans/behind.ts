import { type Cluster, realserverDetection } from '../cluster/index.ts'
import { endpointOf } from '../model/endpoint.ts'
import type { Felt, FeltClass } from '../model/impact.ts'
import type { Rewritten } from './addresses.ts'
import { servedPorts } from './served.ts'

/**
 * What users feel where a realserver that they are sent to loads something anew or starts anew. `file`: what its server reads, where
 * that changes and directors have yet to be told of it. `only`: VIPs that it concerns alone, such as those that are taken off it.
 */
export function realserverFelt(
  host: string,
  tier: Cluster,
  impact: FeltClass,
  file: Rewritten | undefined,
  only?: readonly string[],
): Felt {
  const concerned = tier.vips.filter(
    ({ address, also }) =>
      !only || [address, ...also.map((one) => one.address)].some((one) => only.includes(one)),
  )
  const own = concerned.flatMap((vip) =>
    vip.services
      .filter(({ pool, redirect }) => !redirect && (pool?.includes(host) ?? true))
      .map((service) => ({
        address: vip.address,
        service,
        name: endpointOf({ address: vip.address, port: service.port }),
      })),
  )
  const moved = portsIn(file)
  const unheard = own.filter(({ service }) => moved.has(service.backendPort))
  if (unheard.length > 0)
    return {
      class: 'outage',
      // Directors could not let it in again before they are told where it answers now.
      sparable: 'reload',
      vips: felt('outage', unheard),
      why: unheard.map(
        ({ name, service }) =>
          `${host} answers for ${name} on port ${service.backendPort} from then on, and is asked on another one until directors are changed`,
      ),
    }
  if (only && own.length === 0) return { class: 'none', vips: [], why: [] }
  if (impact === 'reload') return { class: 'reload', vips: [], why: [] }
  const left = tier.realservers.filter((one) => one.host !== host)
  const alone = own.filter(({ service }) =>
    left.every((one) => service.pool && !service.pool.includes(one.host)),
  )
  if (alone.length > 0)
    return {
      class: 'outage',
      vips: felt('outage', alone),
      why: [`${host} alone serves ${alone.map(({ name }) => name).join(', ')}`],
    }
  const seconds = Math.max(0, ...own.map(({ service }) => realserverDetection(tier, service).out.seconds))
  return {
    class: 'restart',
    vips: felt('restart', own, seconds),
    why: [`requests that ${host} has may fail until it is left out`],
  }
}

/** Ports that it begins to answer on, where it ends to do so on others. */
function portsIn(file: Rewritten | undefined): ReadonlySet<number> {
  const [before, after] = [file?.before ?? '', file?.after ?? ''].map((text) =>
    servedPorts(text).map(({ port }) => port),
  )
  const ended = before?.some((port) => !after?.includes(port)) ?? false
  return new Set(ended ? after?.filter((port) => !before?.includes(port)) : [])
}

function felt(
  is: FeltClass,
  affected: readonly { readonly address: string; readonly name: string }[],
  seconds?: number,
): Felt['vips'] {
  return [...new Set(affected.map(({ address }) => address))].map((vip) => ({
    vip,
    class: is,
    moves: 0,
    ...(seconds === undefined ? {} : { seconds }),
    services: affected.filter(({ address }) => address === vip).map(({ name }) => name),
  }))
}
