import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type HttpAnswer, type HttpReading, httpAnswers } from '../../sensors/http.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import type { Observed } from '../observe.ts'
import type { Sightings } from '../sightings.ts'
import { askedFor, curlFor, type Direct, directOf, directUrl, urlOf } from './direct.ts'
import { judge } from './page.ts'

/** What each director is asked on its own, as no client asks it before it holds the VIP. */
export function ownQueries(cluster: ExpectedCluster): readonly Query<HttpReading>[] {
  return servicesOf(cluster).flatMap((service) => {
    const url = ownUrl(cluster, service)
    return url === undefined ? [] : [httpAnswers(url, 1, service.as)]
  })
}

/**
 * Each director could take the VIP this moment: the balancer beside it, asked there, has a page of a realserver; it
 * reaches every realserver that others reach; its sorry page is there. The kernel's table, which keepalived fills by its
 * own checks, tells the same of IPVS.
 */
export function understudyProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.directors.flatMap(({ host }) => {
    const director = seen.atDirectors.get(host)
    if (!director || director instanceof Failure) return []
    return servicesOf(cluster).flatMap((service) => {
      const url = ownUrl(cluster, service)
      const [answer] = (url === undefined ? undefined : director.read(httpAnswers(url, 1, service.as))) ?? []
      if (url === undefined || answer === undefined) return []
      if (cluster.balancer === 'ipvs') return [sorryProof(host, url, answer)]
      const direct = directOf(cluster, service, seen)
      return [
        balancerProof(host, url, answer, { service, direct }),
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
  answer: HttpAnswer,
  { service, direct }: { readonly service: ExpectedService; readonly direct: readonly Direct[] },
): ProofResult {
  const common = {
    name: 'the balancer of each director serves the page',
    subject: `${host} ${askedFor(url, service.as)}`,
  }
  const verdict = service.page ? judge(answer, service.page, direct) : 'nobody knows'
  const said = inWords(answer)
  if (verdict === 'right') return { ...common, verdict: 'pass', seen: said }
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

function inWords({ status, error }: HttpAnswer): string {
  return status ? `status ${status}` : (error ?? 'no answer')
}
