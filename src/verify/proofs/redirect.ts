import type { ProofResult } from '../../model/event.ts'
import { httpAnswers } from '../../sensors/http.ts'
import type { ExpectedCluster } from '../expected.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { askedFor, curlFor, urlOf } from './direct.ts'
import { answeredOnce } from './once.ts'
import { requestsAtMost } from './requests.ts'

/** What a client asks in plain text through the VIPs, to be sent to TLS. */
export function plainThroughVips(cluster: ExpectedCluster) {
  return redirectsOf(cluster).map(({ url, as }) => httpAnswers(url, 1, as))
}

/** Ports on which clients are sent to TLS, and where. */
function redirectsOf({ vips, isBehind }: ExpectedCluster) {
  if (isBehind) return []
  return vips.flatMap(({ address, services }) =>
    services.flatMap(({ port, redirect, spoken, as, requests }) => {
      if (!redirect) return []
      return [{ ...as, path: '/' }, ...requests].slice(0, requestsAtMost).map(({ path, ...own }) => ({
        vip: address,
        url: urlOf(spoken, address, port, path),
        as: own,
        status: redirect.status,
        to: urlOf('https', own.host ?? address, redirect.port, path),
      }))
    }),
  )
}

/** Who asks in plain text is sent to the same page by TLS; whether that is there is proved as of every page. */
export function redirectProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return redirectsOf(cluster).map(({ vip, url, as, status, to }): ProofResult => {
    const view = lookingAt(vip, seen)
    const from = view.observer ?? 'this computer'
    const common = { name: 'a client that asks in plain text is sent to TLS', subject: askedFor(url, as) }
    const seenOnce = answeredOnce(view, url, as)
    if ('untold' in seenOnce) return { ...common, ...seenOnce.untold }
    const { answer } = seenOnce
    // wget goes there by itself.
    const isSent = answer.status === status || answer.status < 300
    if (answer.status > 0 && isSent && answer.location === to)
      return { ...common, verdict: 'pass', seen: `${status} to ${to}` }
    const silent = answer.status === 0 && view.observer === undefined
    const where = answer.location === undefined ? '' : ` to ${answer.location}`
    return {
      ...common,
      verdict: silent ? 'unknown' : 'fail',
      expected: `${status} to ${to}`,
      seen: answer.status === 0 ? (answer.error ?? 'no answer') : `${answer.status}${where}`,
      cause: 'the balancer has not read its configuration, or something else answers there',
      next: `on ${from}: ${curlFor(url, as)}`,
    }
  })
}
