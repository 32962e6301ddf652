import { isAmong, written } from '../../cluster/index.ts'
import { bracketed } from '../../model/endpoint.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type AskedAs, type HttpAnswer, type HttpReading, httpAnswers } from '../../sensors/http.ts'
import type { ExpectedCluster, ExpectedMember, ExpectedPage, ExpectedService } from '../expected.ts'
import type { Observed } from '../observe.ts'
import type { Sightings } from '../sightings.ts'

type Server = ExpectedService['servers'][number]

/** The page of a service asked of one realserver, past the director. */
export function directUrl({ page, spoken }: ExpectedService, { address, port }: Server): string {
  return urlOf(spoken, address, port, page?.path ?? '/')
}

/** What the balancer asks of one realserver to know whether it is well. */
export function healthUrl({ scheme, port, path }: NonNullable<ExpectedService['health']>, server: Server) {
  return urlOf(scheme, server.address, port, path)
}

/** What a director asks the realservers: it reaches them also where a client does not. */
export function directPages({ vips }: ExpectedCluster): readonly Query<HttpReading>[] {
  return vips
    .flatMap(({ services }) => services)
    .flatMap(eachPage)
    .flatMap((service) =>
      service.servers.flatMap((server) => [
        httpAnswers(directUrl(service, server), 1, service.as),
        ...(service.health ? [httpAnswers(healthUrl(service.health, server), 1)] : []),
      ]),
    )
}

/** A service for each page that is asked for behind it: of what a further application shows no share is promised. */
export function eachPage(
  service: ExpectedService,
): readonly (ExpectedService & { readonly page: ExpectedPage })[] {
  const { page, further = [], ...rest } = service
  if (!page) return []
  const shares = { is: 'none', why: 'another application of the same realservers' } as const
  return [{ ...rest, page }, ...further.map((one) => ({ ...rest, page: one, shares }))]
}

/** What one realserver says itself. */
export interface Direct extends ExpectedMember {
  /** Of each who asked and was answered. */
  readonly answers: readonly HttpAnswer[]
  /** Somebody asked who should be answered: a director, or a client that reaches some of them. */
  readonly asked: boolean
}

/** What each realserver of a service says itself, past the balancer. */
export function directOf(
  { directors, isBehind }: ExpectedCluster,
  service: ExpectedService,
  seen: Sightings,
): readonly Direct[] {
  const asking = (by: Observed | Failure, server: Server) =>
    by instanceof Failure ? undefined : by.read(httpAnswers(directUrl(service, server), 1, service.as))
  const asked = directors.flatMap(({ host }) => seen.atDirectors.get(host) ?? [])
  return service.servers.map((server) => {
    const byDirectors = asked.map((by) => asking(by, server))
    // Who is behind another cluster is no neighbour of clients.
    const byClient = isBehind ? undefined : asking(seen.outside, server)
    const readings = [byClient, ...byDirectors].flatMap((reading) => reading ?? [])
    const answers = readings.filter(({ status }) => status > 0)
    return { ...server, answers, asked: answers.length > 0 || byDirectors.some((reading) => reading) }
  })
}

/** Is this a status that the page may have? */
export function isPromised({ status }: ExpectedPage, found: number): boolean {
  return isAmong(status ?? '200-399', found)
}

/** Is this what the page may be, by its status and by what it must hold? */
export function isPage(page: ExpectedPage, { status, body }: HttpAnswer): boolean {
  return isPromised(page, status) && (page.body === undefined || body.includes(page.body))
}

/** What is promised, in words. */
export function promisedBy({ status, body }: ExpectedPage): string {
  const first = status === undefined ? 'a status from 200 to 399' : `status ${written(status)}`
  return body === undefined ? first : `${first} and ${JSON.stringify(body)} in it`
}

/** What is asked for, for people: by which name, and with which header, where an address alone does not say it. */
export function askedFor(url: string, { host, header }: AskedAs): string {
  return `${url}${host === undefined ? '' : ` of ${host}`}${header ? ` with ${header.name}: ${header.value}` : ''}`
}

/** As a browser would write it: a standard port is left out, and IPv6 stands in brackets (RFC 3986, section 3.2.2). */
export function urlOf(scheme: string, address: string, port: number, path: string): string {
  const host = bracketed(address)
  const [, bare] = /^(?:proxy\+)?(.*)$/.exec(scheme) ?? []
  const standard = (bare === 'http' && port === 80) || (bare === 'https' && port === 443)
  return `${scheme}://${host}${standard ? '' : `:${port}`}${path}`
}

/** How a person asks the same. */
export function curlFor(url: string, { host, header }: AskedAs = {}): string {
  const [, plain] = /^proxy\+(.*)$/.exec(url) ?? []
  const words = [
    ...(plain === undefined ? [] : ['--haproxy-protocol']),
    '-v',
    ...(host === undefined ? [] : [`-H 'Host: ${host}'`]),
    ...(header ? [`-H '${header.name}: ${header.value}'`] : []),
  ]
  return ['curl', ...words, plain ?? url].join(' ')
}
