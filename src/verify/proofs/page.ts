import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type HttpAnswer, httpAnswers } from '../../sensors/http.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** A service of a VIP that speaks HTTP. */
interface Page {
  readonly vip: string
  readonly service: ExpectedService
  readonly url: string
}

/** Every page a client can ask for through a VIP. */
export function pagesOf({ vips }: ExpectedCluster): readonly Page[] {
  return vips.flatMap(({ address: vip, services }) =>
    services.flatMap((service) =>
      service.page
        ? [{ vip, service, url: urlOf(service.page.scheme, vip, service.port, service.page.path) }]
        : [],
    ),
  )
}

/** Requests enough for each realserver to be seen several times. */
export function requestsFor({ servers }: ExpectedService): number {
  return Math.min(60, Math.max(12, 6 * servers.length))
}

/** The same page asked of one realserver, past the director. */
export function directUrl(
  { page, port }: ExpectedService,
  server: { readonly address: string; readonly port: number },
) {
  return urlOf(page?.scheme ?? 'http', server.address, server.port ?? port, page?.path ?? '/')
}

/** Through each VIP comes a page that one of its realservers serves, and every realserver gets its share. */
export function pageProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return pagesOf(cluster).flatMap((page) => {
    const { outside } = seen
    const name = 'a client gets the right page through the VIP'
    if (outside instanceof Failure)
      return [{ name, subject: page.url, verdict: 'unknown', seen: outside.message } as const]
    const answers = outside.read(httpAnswers(page.url, requestsFor(page.service)))
    if (!answers)
      return [
        {
          name,
          subject: page.url,
          verdict: 'unknown',
          seen: `${seen.observer ?? 'this computer'} has neither curl nor wget`,
          next: 'install curl there, or name another machine in the group clients',
        } as const,
      ]
    const direct = page.service.servers.map((server) => ({
      host: server.host,
      answer: outside.read(httpAnswers(directUrl(page.service, server), 1))?.[0],
    }))
    const servedBy = answers.map((answer) => whoServed(answer, direct))
    return [
      contentProof(page, answers, direct, seen),
      shareProof(page, answers, servedBy, balancingUnit(cluster)),
    ]
  })
}

/** What one realserver answered when it was asked past the director. */
interface Direct {
  readonly host: string
  readonly answer: HttpAnswer | undefined
}

function contentProof(
  { url }: Page,
  answers: readonly HttpAnswer[],
  direct: readonly Direct[],
  seen: Sightings,
): ProofResult {
  const common = { name: 'a client gets the right page through the VIP', subject: url }
  const wrong = answers.filter((answer) => !isRight(answer, direct))
  const from = seen.observer ?? 'this computer'
  if (wrong.length === 0)
    return { ...common, verdict: 'pass', seen: `${answers.length} of ${answers.length} asked from ${from}` }
  const [first] = wrong
  const none = wrong.length === answers.length && answers.every(({ status }) => status === 0)
  return {
    ...common,
    // From this computer nothing may be reachable at all, which says nothing of the cluster.
    verdict: none && seen.observer === undefined ? 'unknown' : 'fail',
    expected: `${answers.length} answers with a page of one of the realservers`,
    seen: `${wrong.length} of ${answers.length} wrong: ${first?.error ?? (first?.status ? `status ${first.status}, "${firstLine(first.body)}"` : 'no answer')}`,
    cause: none
      ? 'no director forwards for the VIP, or a firewall drops the port'
      : 'a realserver does not serve the page, or a machine outside the cluster answers; pages that differ at each request need a header X-Served-By',
    next: `on ${from}: curl -v ${url}`,
  }
}

/** Is it what a realserver says itself, by its page or by its name? */
function isRight({ status, body, servedBy }: HttpAnswer, direct: readonly Direct[]): boolean {
  if (status < 200 || status >= 500) return false
  const told = direct.flatMap(({ host, answer }) =>
    answer && answer.status > 0 ? [{ host, ...answer }] : [],
  )
  if (told.length === 0) return status < 400
  return told.some((one) => one.status === status && (one.body === body || one.host === servedBy))
}

/**
 * Schedulers that bind a client to one realserver, and those that look at open connections alone or fill one
 * realserver before the next: requests one after the other all go the same way.
 */
const oneForOneClient = ['sh', 'dh', 'mh', 'lblc', 'lblcr', 'sed', 'nq', 'fo', 'ovf']

function shareProof(
  { url, service }: Page,
  answers: readonly HttpAnswer[],
  servedBy: readonly (string | undefined)[],
  unit: string,
): ProofResult {
  const counts = new Map(service.servers.map(({ host }) => [host, 0]))
  for (const host of servedBy) if (host) counts.set(host, (counts.get(host) ?? 0) + 1)
  const shown = [...counts].map(([host, count]) => `${host} ${count}`).join(', ')
  const common = { name: 'every realserver serves its share', subject: url, seen: shown }
  const active = service.servers.filter(({ weight }) => weight > 0)
  if (servedBy.every((host) => host === undefined) && answers.some(({ status }) => status > 0))
    return {
      ...common,
      verdict: 'unknown',
      seen: 'the pages do not tell who served them',
      next: 'let each realserver send a header X-Served-By with its inventory name',
    }
  if (service.persistence || oneForOneClient.includes(service.scheduler)) {
    const used = active.filter(({ host }) => (counts.get(host) ?? 0) > 0).length
    if (used > 0)
      return { ...common, verdict: 'pass', seen: `${shown} (one client stays with one realserver)` }
    return shareFailure(
      common,
      url,
      active.map(({ host }) => host),
      unit,
    )
  }
  const total = active.reduce((sum, { weight }) => sum + weight, 0)
  const short = active.filter(({ host, weight }) => {
    const due = (answers.length * weight) / total
    return (counts.get(host) ?? 0) < Math.max(1, Math.floor(due / 2))
  })
  if (short.length === 0) return { ...common, verdict: 'pass' }
  return shareFailure(
    common,
    url,
    short.map(({ host }) => host),
    unit,
  )
}

/** The unit whose log tells why a realserver gets nothing: keepalived checks for IPVS. */
function balancingUnit({ balancer }: ExpectedCluster): string {
  return balancer === 'ipvs' ? 'keepalived' : balancer
}

function shareFailure(
  common: { readonly name: string; readonly subject: string; readonly seen: string },
  url: string,
  short: readonly string[],
  unit: string,
): ProofResult {
  return {
    ...common,
    verdict: 'fail',
    expected: `answers from ${short.join(', ')} too`,
    cause: 'its health check fails, its weight is 0, or it does not accept packets for the VIP',
    next: `on ${short[0]}: curl -v ${url}; then see why the directors do not send it anything: journalctl -u ${unit} -n 30`,
  }
}

/** By its own word, or else by the page: whoever alone serves this very page when asked directly. */
function whoServed(answer: HttpAnswer, direct: readonly Direct[]): string | undefined {
  if (answer.status === 0) return undefined
  const byName = direct.find(({ host }) => host === answer.servedBy)
  if (byName) return byName.host
  const same = direct.filter((one) => one.answer?.status === answer.status && one.answer.body === answer.body)
  return same.length === 1 ? same[0]?.host : undefined
}

/** As a browser would write it: a standard port is left out, and IPv6 stands in brackets (RFC 3986, section 3.2.2). */
export function urlOf(scheme: string, address: string, port: number, path: string): string {
  const host = address.includes(':') ? `[${address}]` : address
  const standard = (scheme === 'http' && port === 80) || (scheme === 'https' && port === 443)
  return `${scheme}://${host}${standard ? '' : `:${port}`}${path}`
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 60) ?? ''
}
