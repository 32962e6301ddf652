import { changesSeldom, isCompressible } from '../../cluster/index.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type HttpAnswer, httpHeaders } from '../../sensors/http.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import type { ExpectedAnswers } from '../expected-answers.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { askedFor, curlFor, urlOf } from './direct.ts'

/** A page of a service whose answers are changed on their way. */
interface Changed {
  readonly vip: string
  readonly url: string
  readonly path: string
  readonly as: ExpectedService['as']
  readonly answers: ExpectedAnswers
}

function changedBy({ vips, isBehind }: ExpectedCluster): readonly Changed[] {
  if (isBehind) return []
  return vips.flatMap(({ address, services }) =>
    services.flatMap(({ answers, page, port, as }) =>
      answers && page
        ? [{ vip: address, url: urlOf(page.scheme, address, port, page.path), path: page.path, as, answers }]
        : [],
    ),
  )
}

/** What a client that takes compressed answers is sent through the VIPs. */
export function headersThroughVips(cluster: ExpectedCluster): readonly Query<unknown>[] {
  return changedBy(cluster).map(({ url, as }) => httpHeaders(url, as))
}

/** Answers are what the inventory makes of them. Nothing is said of one that did not come, or is a failure: that is said of the page. */
export function headerProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return changedBy(cluster).flatMap((changed): readonly ProofResult[] => {
    const { vip, url, as, answers, path } = changed
    const { outside, observer } = lookingAt(vip, seen)
    const from = observer ?? 'this computer'
    const [answer] = (outside instanceof Failure ? undefined : outside.read(httpHeaders(url, as))) ?? []
    const { headers } = answer ?? {}
    if (!answer || !headers || answer.status < 200 || answer.status > 299) return []
    const subject = askedFor(url, as)
    const next = `on ${from}: ${curlFor(url, as)} -i -H 'Accept-Encoding: gzip'`
    return [
      ...(Object.keys(answers.headers).length > 0
        ? [
            {
              name: 'a client is sent the headers for its safety',
              subject,
              ...judgedHeaders(answers, headers, next),
            },
          ]
        : []),
      ...(answers.compress && !as.header
        ? [{ name: 'a client is sent texts compressed', subject, ...judgedEncoding(answer, headers, next) }]
        : []),
      ...(answers.staticMaxAge !== undefined && changesSeldom(path)
        ? [
            {
              name: 'a client is told for how long it may keep a page',
              subject,
              ...judgedAge(answers, headers, next),
            },
          ]
        : []),
    ]
  })
}

type Judged = Omit<ProofResult, 'name' | 'subject'>

const unread = 'the balancer has not read its configuration, or lines of your own change its answers'

function judgedHeaders(
  { headers }: ExpectedAnswers,
  sent: ReadonlyMap<string, string>,
  next: string,
): Judged {
  const missing = Object.entries(headers).filter(([name]) => !sent.has(name.toLowerCase()))
  if (missing.length > 0)
    return {
      verdict: 'fail',
      expected: missing.map(([name, value]) => `${name}: ${value}`).join('; '),
      seen: `no ${missing.map(([name]) => name).join(', ')}`,
      cause: unread,
      next,
    }
  const names = Object.entries(headers).map(([name, value]) => {
    const own = sent.get(name.toLowerCase())
    return own === value ? name : `${name} (${own} of the realserver)`
  })
  return { verdict: 'pass', seen: names.join(', ') }
}

/** Balancers leave alone what is short, what is no text, and what its server forbids to change. */
function judgedEncoding(answer: HttpAnswer, sent: ReadonlyMap<string, string>, next: string): Judged {
  const encoding = sent.get('content-encoding')
  if (encoding !== undefined && encoding !== 'identity') return { verdict: 'pass', seen: encoding }
  const length = Number(sent.get('content-length') ?? Buffer.byteLength(answer.body))
  const kind = sent.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'of no type'
  const why =
    length < shortest
      ? `the page has ${length} bytes, too few to compress`
      : !isCompressible(kind)
        ? `the page is ${kind}, which is not compressed`
        : /no-transform/i.test(sent.get('cache-control') ?? '')
          ? 'its realserver forbids to change the page (Cache-Control: no-transform)'
          : undefined
  if (why !== undefined)
    return {
      verdict: 'unknown',
      seen: why,
      next: 'let the check ask for a page of some length to have it proved',
    }
  return {
    verdict: 'fail',
    expected: 'Content-Encoding: gzip',
    seen: `${length} bytes of ${kind}, as they are`,
    cause: unread,
    next,
  }
}

/** Bytes below which nginx is told to compress nothing. */
const shortest = 256

function judgedAge(
  { staticMaxAge }: ExpectedAnswers,
  sent: ReadonlyMap<string, string>,
  next: string,
): Judged {
  const said = sent.get('cache-control')
  if (said !== undefined) return { verdict: 'pass', seen: said }
  return {
    verdict: 'fail',
    expected: `Cache-Control: public, max-age=${staticMaxAge}`,
    seen: 'no Cache-Control',
    cause: unread,
    next,
  }
}
