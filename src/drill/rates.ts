import { type Cluster, tiersOf } from '../cluster/index.ts'
import type { Bound } from '../model/drill.ts'
import type { ExpectedCluster, ExpectedService } from '../verify/expected.ts'
import { anyAnswer } from '../verify/expected-service.ts'
import { askedFor, urlOf } from '../verify/proofs/direct.ts'
import type { ProbePlan } from './client/probing.ts'
import type { Fault } from './fault.ts'

/** Milliseconds a request may take. */
const requestTimeout = 2000

/** Requests a second through all VIPs together at most, so that asking never becomes the load that is measured. */
const together = 500

/** Requests that may wait at a time for a realserver that is gone, which gets half of all. */
const waiting = 100

/**
 * HAProxy ends all that waits for a realserver one after the other once it takes it out, and serves nobody meanwhile: of hundreds of our
 * own requests, none of which a client would have sent, that would be measured.
 */
export function mostTogether(cluster: Cluster, { toll }: Fault, { milliseconds }: Bound): number {
  const ends = toll === 'check' && tiersOf(cluster).some(({ balancer }) => balancer === 'haproxy')
  return ends ? Math.min(together, (2 * waiting) / (milliseconds / 1000)) : together
}

/** Those that begin with a handshake of TLS: on a small machine a signature takes some milliseconds of its processor. */
const handshakes = 50

/** Connections over which nothing is asked: who listens may start a process for each, as databases do, and be kept from its clients. */
const bareConnections = 20

/** Milliseconds for which such a connection has to stay, where a balancer takes it before it looks for somebody. */
const stays = 250

/** Services asked by datagrams, and addresses by echoes, at most: each takes a program of its own on the machine that asks, of which its sshd allows few. */
const byPrograms = 4

/** Each VIP is asked at the rate wished for, unless there are very many, or a handshake is to be made for each request. */
export function servicesOf(expected: ExpectedCluster, pace: number, most = together) {
  const pages = expected.vips.flatMap(({ services }) => services.filter(isAsked))
  const datagrams = pages.filter(({ datagram }) => datagram).slice(0, byPrograms)
  const secured = pages.filter(({ page, redirect }) => redirect ?? page?.scheme.endsWith('https'))
  const bare = pages.filter(isBare)
  const usual = Math.max(pace, (pages.length * 1000) / most, (secured.length * 1000) / handshakes)
  return expected.vips.flatMap(({ address, services }) =>
    services.flatMap((service) => {
      const { port, page, datagram, redirect, as } = service
      const interval = isBare(service) ? Math.max(usual, (bare.length * 1000) / bareConnections) : usual
      return isAsked(service) && (!datagram || datagrams.includes(service))
        ? [
            {
              service,
              address,
              port,
              ...as,
              ...(page?.status === anyAnswer ? { anyAnswer: true as const } : {}),
              tls: page?.scheme.endsWith('https') ?? false,
              saysFirst: service.proxyProtocol.in,
              ...(datagram ? { datagram } : {}),
              ...(service.passes ? { stays } : {}),
              // Without a path a connection is all that is asked for, or a datagram.
              path: page?.path ?? (redirect ? '/' : ''),
              ...(redirect
                ? {
                    follows: {
                      address,
                      port: redirect.port,
                      tls: true,
                      saysFirst: hears(services, redirect.port),
                      // Where all there have names, one that asks by none is refused.
                      ...(as.host === undefined && services.find((one) => one.port === redirect.port)?.as),
                    },
                  }
                : {}),
              streams: service.streams,
              interval,
              timeout: requestTimeout,
              atMost: atMost(interval),
              url: askedFor(
                urlOf(
                  page?.scheme ?? (redirect ? 'http' : service.protocol),
                  address,
                  port,
                  page?.path ?? (redirect ? '/' : ''),
                ),
                as,
              ),
            },
          ]
        : []
    }),
  )
}

/** Addresses at which there is nothing that a client can ask for: all that it can know of these is whether they answer an echo. */
export function bareAddresses({ vips }: Pick<ExpectedCluster, 'vips'>): readonly string[] {
  return vips.filter(({ services }) => !services.some(isAsked)).map(({ address }) => address)
}

/** Asks such addresses at the rate wished for, where that leaves programs for them. */
export function echoesOf(
  addresses: readonly string[],
  pace: number,
  services: readonly Pick<ProbePlan, 'datagram'>[],
): readonly (ProbePlan & { readonly url: string })[] {
  const taken = services.filter(({ datagram }) => datagram).length
  return addresses.slice(0, Math.max(0, byPrograms - taken)).map((address) => ({
    ...{ address, port: 0, path: '', echo: true as const, tls: false, saysFirst: false },
    ...{ interval: pace, timeout: requestTimeout, atMost: atMost(pace), url: `ping ${address}` },
  }))
}

/** Is a connection all that a client can ask for? */
function isBare({ page, redirect, datagram }: ExpectedService): boolean {
  return [page, redirect, datagram].every((one) => one === undefined)
}

/** Requests under way: all that are not over in their time, and some more. */
function atMost(interval: number): number {
  return Math.ceil((requestTimeout / interval) * 1.5)
}

/** Is there anything that a client can ask for, and know whether it was answered? */
function isAsked({ page, connects, passes, redirect, datagram }: ExpectedService): boolean {
  return passes?.checked === true || [page, connects, redirect, datagram].some((one) => one !== undefined)
}

/** Does a port take only who says first, by the PROXY protocol, for whom he asks? */
function hears(services: readonly ExpectedService[], port: number): boolean {
  return services.find((one) => one.port === port)?.proxyProtocol.in ?? false
}
