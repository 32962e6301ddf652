import { anyName } from '../../cluster/index.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type HttpAnswer, httpAnswers } from '../../sensors/http.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { askedFor, curlFor, directOf, urlOf } from './direct.ts'
import { answeredOnce } from './once.ts'
import { judge } from './page.ts'

/** Requests of one service that are asked for, at most, beside the one that its page is known by. */
export const requestsAtMost = 50

/** A request that is for a service, by the words of its inventory. */
interface Request {
  readonly vip: string
  readonly service: ExpectedService
  readonly url: string
  readonly as: ExpectedService['as']
  readonly path: string
}

function requestsOf({ vips, isBehind }: ExpectedCluster): readonly Request[] {
  if (isBehind) return []
  return vips.flatMap(({ address, services }) =>
    services.flatMap((service) => {
      const { page, port, requests } = service
      if (!page) return []
      return evenly(requests).map(({ path, ...as }) => ({
        vip: address,
        service,
        url: urlOf(page.scheme, address, port, path),
        as,
        path,
      }))
    }),
  )
}

/** Some of all, from the first to the last. */
function evenly<Of>(all: readonly Of[]): readonly Of[] {
  const every = Math.max(1, all.length / requestsAtMost)
  return all.filter((_, index) => Math.floor(index / every) > Math.floor((index - 1) / every))
}

/** What a client asks for by each name, path and header that is written. */
export function requestsThroughVips(cluster: ExpectedCluster): readonly Query<unknown>[] {
  return [
    ...requestsOf(cluster).map(({ url, as }) => httpAnswers(url, 1, as)),
    ...refusalsOf(cluster).map(({ url }) => httpAnswers(url, 1, nobody)),
  ]
}

/** A name that nobody has. */
const nobody = { host: anyName }

function refusalsOf({
  vips,
  isBehind,
}: ExpectedCluster): readonly { readonly vip: string; readonly url: string }[] {
  if (isBehind) return []
  return vips.flatMap(({ address, refuses = [] }) =>
    refuses.map(({ scheme, port }) => ({ vip: address, url: urlOf(scheme, address, port, '/') })),
  )
}

/** Where each service has its names, none of them answers by another. */
export function refusalProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return refusalsOf(cluster).flatMap(({ vip, url }): readonly ProofResult[] => {
    const { outside, observer } = lookingAt(vip, seen)
    const from = observer ?? 'this computer'
    const common = { name: 'a name that no service has is refused', subject: askedFor(url, nobody) }
    const [answer] =
      (outside instanceof Failure ? undefined : outside.read(httpAnswers(url, 1, nobody))) ?? []
    // That nobody answers at all is said of the pages.
    if (!answer || answer.status === 0) return []
    const said = `status ${answer.status}${answer.servedBy === undefined ? '' : ` of ${answer.servedBy}`}`
    if (answer.status >= 400 && answer.status < 500 && answer.servedBy === undefined)
      return [{ ...common, verdict: 'pass', seen: said }]
    return [
      {
        ...common,
        verdict: 'fail',
        expected: 'status 421 of the balancer',
        seen: said,
        cause: 'the balancer has not read its configuration, or lines of your own serve other names',
        next: `on ${from}: ${curlFor(url, nobody)}`,
      },
    ]
  })
}

/** Every request goes to a realserver of the pool that it is for: by its own word, or by the page that those have. */
export function requestProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return requestsOf(cluster).map(({ vip, service, url, as, path }): ProofResult => {
    const view = lookingAt(vip, seen)
    const from = view.observer ?? 'this computer'
    const common = { name: 'a request goes to the pool that it is for', subject: askedFor(url, as) }
    const seenOnce = answeredOnce(view, url, as)
    if ('untold' in seenOnce) return { ...common, ...seenOnce.untold }
    const { answer } = seenOnce
    const pool = service.servers.map(({ host }) => host)
    const verdict = verdictOf(answer, service, path, cluster, view)
    const said = answer.status === 0 ? (answer.error ?? 'no answer') : `status ${answer.status}`
    const by = answer.servedBy === undefined ? said : `${said} of ${answer.servedBy}`
    if (verdict === 'right') return { ...common, verdict: 'pass', seen: by }
    if (verdict === 'nobody knows' || (answer.status === 0 && view.observer === undefined))
      return {
        ...common,
        verdict: 'unknown',
        seen: `${by}, which names no realserver`,
        next: 'let each realserver send a header X-Served-By with its inventory name',
      }
    return {
      ...common,
      verdict: 'fail',
      expected: `an answer of ${pool.join(' or ')}`,
      seen: by,
      cause: 'the balancer has not read its configuration, or lines of your own lead it elsewhere',
      next: `on ${from}: ${curlFor(url, as)}`,
    }
  })
}

function verdictOf(
  answer: HttpAnswer,
  service: ExpectedService,
  path: string,
  cluster: ExpectedCluster,
  seen: Sightings,
): 'right' | 'wrong' | 'nobody knows' {
  const { page, servers } = service
  if (answer.status === 0 || answer.status === 421 || answer.status >= 500) return 'wrong'
  if (servers.some(({ host }) => host === answer.servedBy)) return 'right'
  const known = cluster.realservers.some(({ host }) => host === answer.servedBy)
  if (known) return 'wrong'
  // Who has the same page may have it for another path, too.
  if (!page || path !== page.path) return 'nobody knows'
  return judge(answer, { ...page, status: '200-499' }, directOf(cluster, service, seen))
}
