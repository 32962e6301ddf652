import { canonical } from '../cluster/addresses.ts'
import type { Position } from './position.ts'

/** A realserver as nginx or HAProxy of a director knows it. */
export interface ProxiedServer {
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly backup: boolean
  /** What the configuration calls it. */
  readonly name?: string
  /** For nginx. */
  readonly maxFails?: number
  /** For nginx, in seconds. */
  readonly failTimeout?: number
}

/** A port that a proxy serves in our shape. */
export interface ProxiedService {
  readonly at: Position
  /** The VIPs on which alone it is served; absent: on all addresses. */
  readonly on?: readonly string[]
  /** Words of a service, its check included. */
  readonly words: Readonly<Record<string, unknown>> & { readonly port: number }
  readonly real: readonly ProxiedServer[]
  /** What its upstream or backend is called. */
  readonly called?: string
  /** Where requests go to several by their paths: each of them, by the name of its pool. */
  readonly pools?: ReadonlyMap<string, ProxiedPool>
  readonly remarks: readonly string[]
}

/** Realservers to which a service sends some of its requests. */
export interface ProxiedPool {
  /** Words of a pool. */
  readonly words: Readonly<Record<string, unknown>>
  readonly real: readonly ProxiedServer[]
  readonly called: string
}

/** What somebody told nginx or HAProxy of one director. */
export interface ProxyReading {
  readonly program: 'nginx' | 'haproxy'
  readonly services: readonly ProxiedService[]
  /** Lines of HAProxy's `defaults` that count for frontends. */
  readonly defaults?: readonly string[]
  /** Lines for `extra`: whatever is not of these services. */
  readonly extra: readonly string[]
  readonly remarks: readonly { readonly message: string; readonly at?: Position }[]
  /** Why it cannot be taken over at all, and is left alone. */
  readonly why?: { readonly message: string; readonly at?: Position }
}

/** Why something has no words, and where it stands. */
export interface No {
  readonly no: string
  readonly at: Position
}

export const isNo = (value: object): value is No => 'no' in value

/** What clients find behind a VIP: what listens to it, and of other ports what listens to all addresses. */
export function servedOn(
  vip: readonly string[],
  services: readonly ProxiedService[],
): readonly ProxiedService['words'][] {
  const own = services.filter(({ on = [] }) => vip.some((address) => on.includes(canonical(address))))
  const taken = new Set(own.map(({ words: { port } }) => port))
  return services
    .filter((one) => own.includes(one) || (!one.on && !taken.has(one.words.port)))
    .map(({ words }) => words)
}

/** Where a program listens: a port, and the VIPs on which alone it does; `undefined` where one of the places is no VIP. */
export function listeningAt(
  places: readonly string[],
  vips: readonly string[],
): { readonly port: number; readonly on?: readonly string[] } | undefined {
  const found = places.map((place) => {
    const port = /^(?:(?:\*|0\.0\.0\.0|::|\[::\])?:)?(\d+)$/.exec(place)?.[1]
    return port === undefined ? endpointIn(place) : { port: Number(port) }
  })
  const [first] = found
  if (!first || found.some((one) => one?.port !== first.port)) return undefined
  const addresses = found.map((one) => one && 'address' in one && canonical(one.address))
  if (addresses.includes(false)) return { port: first.port }
  // What only the machine itself reaches is nothing to clients.
  const on = addresses.flatMap((one) => (one && !one.startsWith('127.') ? [one] : []))
  return on.length > 0 && on.every((one) => vips.includes(one)) ? { port: first.port, on } : undefined
}

const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of a time as nginx and HAProxy write it; a bare number counts what the program takes it for. */
export function secondsOf(text: string, bare: 's' | 'ms'): number | undefined {
  const found = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text)
  return found ? Number(found[1]) * (units[found[2] ?? bare] ?? 1) : undefined
}

/** `10.0.0.21:80`, `[fd00::1]:80`. */
export function endpointIn(text: string): { readonly address: string; readonly port: number } | undefined {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|(\d+\.\d+\.\d+\.\d+)):(\d+)$/.exec(text)
  return found ? { address: found[1] ?? found[2] ?? '', port: Number(found[3]) } : undefined
}
