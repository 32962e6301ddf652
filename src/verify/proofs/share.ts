import type { ProofResult } from '../../model/event.ts'
import type { HttpAnswer } from '../../sensors/http.ts'
import type { ExpectedService } from '../expected.ts'
import { leastOf } from '../shares.ts'
import { askedFor, curlFor, type Direct, directUrl, promisedBy } from './direct.ts'
import { holdersOf } from './holder.ts'
import { obstacleTo, type Pool, readyIn } from './ready.ts'

/** A page, and what came of asking for it through the VIP and past it. */
export interface Asked extends Pool {
  readonly url: string
  readonly answers: readonly HttpAnswer[]
  readonly direct: readonly Direct[]
  /** Probability with which one realserver may be suspected wrongly. */
  readonly alarm: number
}

/** A realserver that takes part, and what it had of the answers. */
interface Counted {
  readonly host: string
  readonly server: ExpectedService['servers'][number]
  readonly direct: Direct
  readonly count: number
  /** The fewest it can have where all is well; 0: these requests tell nothing. */
  readonly least: number
}

type Common = Pick<ProofResult, 'name' | 'subject'>

/**
 * Every realserver gets something to do. Where the scheduler promises one client its turns they are counted; of those of
 * whom a number of requests tells nothing it is shown that nothing is in the way of their turn.
 */
export function shareProofs(asked: Asked): readonly ProofResult[] {
  const { url, service, answers, cluster } = asked
  const what = askedFor(url, service.as)
  const subject = cluster.isBehind ? `${what}, at ${cluster.name}` : what
  const answered = answers.filter(({ status }) => status > 0)
  // Nobody serves anything: that is what the proof of the page says.
  if (answered.length === 0 || service.servers.every(({ weight }) => weight === 0)) return []
  const servedBy = answered.flatMap(
    (answer) => (cluster.behind ? whoPassedOn(answer, asked.direct) : whoServed(answer, asked.direct)) ?? [],
  )
  const counted = count(asked, servedBy)
  const shown = counted.map((one) => `${one.host} ${one.count}`).join(', ')
  const { shares } = service
  if (shares.is === 'none') {
    const common = { name: 'every realserver is ready to serve', subject }
    const words = `${servedBy.length > 0 ? `${shown}: ` : ''}${shares.why}`
    return [readyProof(common, words, counted, asked)]
  }
  const common = { name: 'every realserver serves its share', subject }
  const short = counted.filter(({ count, least }) => count < least)
  const untold = counted.filter(({ count, least }) => count === 0 && least === 0)
  if (short.length + untold.length === 0) return [{ ...common, verdict: 'pass', seen: shown }]
  if (servedBy.length < answered.length && asked.page.of !== undefined && !cluster.behind) {
    const words = `the pages of ${asked.page.of} do not tell who served them`
    return [readyProof({ name: 'every realserver is ready to serve', subject }, words, counted, asked)]
  }
  if (servedBy.length < answered.length)
    return [
      {
        ...common,
        verdict: 'unknown',
        ...(cluster.behind
          ? { seen: 'the pages do not tell who passed them on', next: passOn }
          : {
              seen: 'the pages do not tell who served them',
              next: 'let each realserver send a header X-Served-By with its inventory name',
            }),
      },
    ]
  if (short.length > 0) return [shareFailure({ ...common, seen: shown }, short, asked)]
  const words = `${shown}: ${servedBy.length} requests tell nothing of ${hosts(untold)}`
  return [readyProof(common, words, untold, asked)]
}

function count({ service, direct, alarm }: Asked, servedBy: readonly string[]): readonly Counted[] {
  return service.servers.flatMap((server, index): readonly Counted[] => {
    const own = direct[index]
    if (server.weight === 0 || !own) return []
    const { host } = server
    const least = leastOf(service.shares, index, servedBy.length, alarm)
    return [{ host, server, direct: own, least, count: servedBy.filter((one) => one === host).length }]
  })
}

/** Nothing is in the way of these realservers' turn. */
function readyProof(common: Common, words: string, counted: readonly Counted[], asked: Asked): ProofResult {
  const obstacles = counted.flatMap(({ server, direct }) => obstacleTo(server, direct, asked) ?? [])
  const ready = `${hosts(counted)} ${readyIn(asked)}`
  const [first] = obstacles
  if (!first) return { ...common, verdict: 'pass', seen: `${words}; ${ready}` }
  return {
    ...common,
    verdict: obstacles.some(({ verdict }) => verdict === 'fail') ? 'fail' : 'unknown',
    expected: `${ready}, with ${promisedBy(asked.page)}`,
    seen: obstacles.map(({ seen }) => seen).join('; '),
    next: first.next,
  }
}

/** The unit whose log tells why a realserver gets nothing: keepalived checks for IPVS. */
function unitOf({ balancer }: Asked['cluster']): string {
  return balancer === 'ipvs' ? 'keepalived' : balancer
}

function shareFailure(
  common: Common & { readonly seen: string },
  short: readonly Counted[],
  { url, vip, service, cluster, seen }: Asked,
): ProofResult {
  const least = short.map(({ host, least }) => `at least ${least} from ${host}`)
  const [first] = short
  const translated = cluster.balancer !== 'ipvs' || service.forwarding === 'nat'
  // Who has the VIP himself, as under direct routing, is asked there; others at their own address.
  const [holder = 'a director'] = holdersOf(vip, cluster, seen)
  const curl =
    first && translated
      ? `on ${holder}: ${curlFor(directUrl(service, first.server), service.as)}`
      : `on ${first?.host}: ${curlFor(url, service.as)}`
  return {
    ...common,
    verdict: 'fail',
    expected: least.join(', '),
    cause: `its health check fails, its weight is 0, or it does not accept packets ${translated ? 'of the directors' : 'for the VIP'}`,
    next: `${curl}; then see why the directors do not send it anything: journalctl -u ${unitOf(cluster)} -n 30`,
  }
}

function hosts(counted: readonly Counted[]): string {
  return counted.map(({ host }) => host).join(', ')
}

const passOn =
  'leave the header Via to those who pass pages on: something between them and clients takes it away'

/** Who stands between directors and those who serve says so, and no page does. */
function whoPassedOn({ via = [] }: HttpAnswer, direct: readonly Direct[]): string | undefined {
  return direct.find(({ host }) => via.includes(host))?.host
}

/** By its own word, or else by the page: whoever alone serves this very page when asked directly. */
export function whoServed(
  { status, body, servedBy }: HttpAnswer,
  direct: readonly Direct[],
): string | undefined {
  const byName = direct.find(({ host }) => host === servedBy)
  if (byName) return byName.host
  // One that could not be asked may have the same page.
  if (direct.some(({ asked }) => !asked)) return undefined
  const same = direct.filter(({ answers }) =>
    answers.some((one) => one.status === status && one.body === body),
  )
  return same.length === 1 ? same[0]?.host : undefined
}
