import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type HttpAnswer, type HttpReading, httpAnswers } from '../../sensors/http.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import type { Observed } from '../observe.ts'
import { leastOf, requestsTelling } from '../shares.ts'
import type { Sightings } from '../sightings.ts'
import { askedFor, curlFor, type Direct, directOf, directUrl, isPage, urlOf } from './direct.ts'
import { alarmIn, judge } from './page.ts'
import { whoServed } from './share.ts'

/** What each director is asked on its own, as no client asks it before it holds the VIP. */
export function ownQueries(cluster: ExpectedCluster): readonly Query<HttpReading>[] {
  return questionsFor(cluster, alarmIn(cluster)).map(({ query }) => query)
}

interface Question {
  readonly service: ExpectedService
  readonly url: string
  readonly query: Query<HttpReading>
}

/** What each director is asked, the same of all of them. */
function questionsFor(cluster: ExpectedCluster, alarm: number): readonly Question[] {
  return servicesOf(cluster).flatMap((service) => {
    const url = ownUrl(cluster, service)
    return url === undefined
      ? []
      : [{ service, url, query: httpAnswers(url, timesOf(cluster, service, alarm), service.as) }]
  })
}

/** As often as tells whether it sends anything to each realserver: its file is not what it works by, nor is that of another director. */
function timesOf(cluster: ExpectedCluster, service: ExpectedService, alarm: number): number {
  const sends = cluster.balancer !== 'ipvs' && cluster.behind === undefined && service.shares.is !== 'none'
  return sends ? requestsTelling(service.shares, alarm) : 1
}

/**
 * Each director could take the VIP this moment: the balancer beside it, asked there, has a page of a realserver; it
 * reaches every realserver that others reach; its sorry page is there. The kernel's table, which keepalived fills by its
 * own checks, tells the same of IPVS.
 */
export function understudyProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const alarm = alarmIn(cluster)
  const questions = questionsFor(cluster, alarm)
  return cluster.directors.flatMap(({ host }) => {
    const director = seen.atDirectors.get(host)
    if (!director || director instanceof Failure) return []
    return questions.flatMap(({ service, url, query }) => {
      const answers = director.read(query) ?? []
      const [answer] = answers
      if (answer === undefined) return []
      if (cluster.balancer === 'ipvs') return [sorryProof(host, url, answer)]
      const direct = directOf(cluster, service, seen)
      return [
        balancerProof(host, url, answers, { service, direct, alarm }),
        ...wayProofs(host, director, service, direct),
      ]
    })
  })
}

function servicesOf({ vips }: ExpectedCluster): readonly ExpectedService[] {
  const services = vips.flatMap((vip) => vip.services).filter(({ page }) => page !== undefined)
  return [...new Map(services.map((service) => [service.backend, service])).values()]
}

/** The balancers listen on all addresses, so that they need not wait for the VIP: the director's own is as good. */
function ownUrl(
  { balancer }: ExpectedCluster,
  { page, own, port, sorryPage }: ExpectedService,
): string | undefined {
  if (!page || balancer === 'none' || (balancer === 'ipvs' && !sorryPage)) return undefined
  return urlOf(page.scheme, own, port, page.path)
}

function balancerProof(
  host: string,
  url: string,
  answers: readonly HttpAnswer[],
  { service, direct, alarm }: Behind,
): ProofResult {
  const common = {
    name: 'the balancer of each director serves the page',
    subject: `${host} ${askedFor(url, service.as)}`,
  }
  const verdicts = answers.map((one) => (service.page ? judge(one, service.page, direct) : 'nobody knows'))
  const wrong = answers.find((_, index) => verdicts[index] === 'wrong')
  const verdict = wrong ? 'wrong' : verdicts[0]
  const who = wrong?.servedBy === undefined ? '' : ` of ${wrong.servedBy}`
  const said = `${inWords(wrong ?? answers[0])}${who}`
  if (verdict === 'right') {
    const left = leftOut(answers, { service, direct, alarm })
    if (left.length === 0) return { ...common, verdict: 'pass', seen: said }
    return {
      ...common,
      verdict: 'fail',
      expected: 'pages of all realservers',
      seen: `${said}; of ${answers.length} answers none is of ${left.join(', ')}`,
      cause: 'the balancer there works by another configuration, or has taken these realservers out',
      next: `understudy plan; or on ${host}: ${curlFor(url, service.as)}`,
    }
  }
  if (verdict === 'nobody knows')
    return { ...common, verdict: 'unknown', seen: 'a page that names no realserver' }
  return {
    ...common,
    verdict: 'fail',
    expected: 'a page of one of the realservers',
    seen: said,
    cause: 'the balancer there is stopped, has another configuration, or has taken all realservers out',
    next: `on ${host}: ${curlFor(url, service.as)}`,
  }
}

interface Behind {
  readonly service: ExpectedService
  readonly direct: readonly Direct[]
  /** Probability with which one realserver may be suspected wrongly. */
  readonly alarm: number
}

/** Realservers that are well, and that it sent nothing, where their number of answers tells; those of whom no page says who served it do not count. */
function leftOut(answers: readonly HttpAnswer[], { service, direct, alarm }: Behind): readonly string[] {
  const { page, shares, servers } = service
  const servedBy = answers.flatMap((answer) => whoServed(answer, direct) ?? [])
  if (!page || servedBy.length < answers.length) return []
  return servers.flatMap(({ host, weight }, index) => {
    const isWell = direct[index]?.answers.some((one) => isPage(page, one)) ?? false
    const least = leastOf(shares, index, servedBy.length, alarm)
    return weight > 0 && isWell && least > 0 && !servedBy.includes(host) ? [host] : []
  })
}

/** A realserver that nobody reaches is the fault of no director. */
function wayProofs(
  host: string,
  director: Observed,
  service: ExpectedService,
  direct: readonly Direct[],
): readonly ProofResult[] {
  return service.servers.flatMap((server, index): readonly ProofResult[] => {
    const url = directUrl(service, server)
    const [answer] = director.read(httpAnswers(url, 1, service.as)) ?? []
    if (!answer || answer.status > 0 || direct[index]?.answers.length === 0) return []
    return [
      {
        name: 'each director reaches every realserver',
        subject: `${host} ${server.host}`,
        verdict: 'fail',
        expected: 'an answer',
        seen: inWords(answer),
        cause: 'a route or a firewall between the two: others reach that realserver',
        next: `on ${host}: ${curlFor(url)}`,
      },
    ]
  })
}

function sorryProof(host: string, url: string, answer: HttpAnswer): ProofResult {
  const common = { name: 'the sorry page of each director is there', subject: `${host} ${url}` }
  const seen = inWords(answer)
  if (answer.status === 503) return { ...common, verdict: 'pass', seen }
  return {
    ...common,
    verdict: 'fail',
    expected: 'status 503',
    seen,
    cause: 'the nginx that shows it is stopped or has another configuration, or the page is gone',
    next: `on ${host}: systemctl status nginx; ${curlFor(url)}`,
  }
}

function inWords({ status, error }: Partial<HttpAnswer> = {}): string {
  return status ? `status ${status}` : (error ?? 'no answer')
}
