import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type HttpAnswer, httpAnswers } from '../../sensors/http.ts'
import { type ExpectedCluster, type ExpectedPage, type ExpectedService, serviceBehind } from '../expected.ts'
import { alarmOf, requestsTelling } from '../shares.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { askedFor, curlFor, type Direct, directOf, eachPage, isPage, promisedBy, urlOf } from './direct.ts'
import { holdersOf } from './holder.ts'
import { unlessOfPeer } from './peers.ts'
import { shareProofs } from './share.ts'

/** A service of a VIP that speaks HTTP. */
interface Page {
  readonly vip: string
  readonly service: ExpectedService
  readonly page: ExpectedPage
  readonly url: string
}

/** Every page a client can ask for through a VIP. */
export function pagesOf({ vips }: ExpectedCluster): readonly Page[] {
  return vips.flatMap(({ address: vip, services }) =>
    services.flatMap(eachPage).map((service) => {
      const { page, port } = service
      return { vip, service, page, url: urlOf(page.scheme, vip, port, page.path) }
    }),
  )
}

/** The question that a client asks through the VIP, as often as tells whether every realserver gets something. */
export function throughVip(cluster: ExpectedCluster, { url, service }: Page) {
  const alarm = alarmIn(cluster)
  const inner = serviceBehind(cluster.behind, service)
  const telling = [service, ...(inner ? [inner] : [])].map(({ shares }) => requestsTelling(shares, alarm))
  return httpAnswers(url, Math.max(...telling), service.as)
}

/** With what probability each realserver of each page may be suspected wrongly. */
export function alarmIn(cluster: ExpectedCluster): number {
  const judged = pagesOf(cluster).flatMap(({ service }) => [
    ...service.servers,
    ...(serviceBehind(cluster.behind, service)?.servers ?? []),
  ])
  return alarmOf(judged.length)
}

/** Through each VIP comes a page that one of its realservers serves, and every realserver gets its share. */
export function pageProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return pagesOf(cluster).flatMap((page) =>
    unlessOfPeer(page.vip, proofsOf(page, cluster, lookingAt(page.vip, seen)), cluster, seen),
  )
}

function proofsOf(page: Page, cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const { outside } = seen
  const name = 'a client gets the right page through the VIP'
  if (outside instanceof Failure)
    return [
      {
        name,
        subject: askedFor(page.url, page.service.as),
        verdict: 'unknown',
        seen: outside.message,
      } as const,
    ]
  const answers = outside.read(throughVip(cluster, page))
  if (!answers)
    return [
      {
        name,
        subject: askedFor(page.url, page.service.as),
        verdict: 'unknown',
        seen: `${seen.observer ?? 'this computer'} has neither curl nor wget`,
        next: 'install curl there, or name another machine in the group clients',
      } as const,
    ]
  const direct = directOf(cluster, page.service, seen)
  if (cluster.balancer === 'none')
    return [contentProof(page, answers, ofHolders(page, direct, cluster, seen), seen)]
  const alarm = alarmIn(cluster)
  const { behind } = cluster
  const inner = serviceBehind(cluster.behind, page.service)
  if (!behind || !inner)
    return [
      contentProof(page, answers, direct, seen),
      ...shareProofs({ ...page, cluster, seen, answers, direct, alarm }),
    ]
  const deepest = { ...page, service: inner }
  const atLast = directOf(behind, inner, seen)
  return [
    contentProof(deepest, answers, atLast, seen),
    ...shareProofs({ ...page, cluster, seen, answers, direct, alarm }),
    ...shareProofs({ ...deepest, cluster: behind, seen, answers, direct: atLast, alarm }),
  ]
}

/** Where directors serve themselves, who holds the VIP is the only one that can be right; nobody does only for a moment. */
function ofHolders(
  { vip }: Page,
  direct: readonly Direct[],
  cluster: ExpectedCluster,
  seen: Sightings,
): readonly Direct[] {
  const holders = holdersOf(vip, cluster, seen)
  return holders.length === 0 ? direct : direct.filter(({ host }) => holders.includes(host))
}

function contentProof(
  { url, page, service }: Page,
  answers: readonly HttpAnswer[],
  direct: readonly Direct[],
  seen: Sightings,
): ProofResult {
  const common = {
    name: 'a client gets the right page through the VIP',
    subject: askedFor(url, service.as),
  }
  const from = seen.observer ?? 'this computer'
  // By its own word another one than those that can be right.
  const others = service.servers
    .map(({ host }) => host)
    .filter((host) => !direct.some((one) => one.host === host))
  const judged = answers.map((answer) => ({
    answer,
    verdict: others.includes(answer.servedBy ?? '') ? 'wrong' : judge(answer, page, direct),
  }))
  const wrong = judged.filter(({ verdict }) => verdict === 'wrong').map(({ answer }) => answer)
  const [first] = wrong
  if (!first) {
    if (judged.every(({ verdict }) => verdict === 'right'))
      return { ...common, verdict: 'pass', seen: `${answers.length} of ${answers.length} asked from ${from}` }
    return {
      ...common,
      verdict: 'unknown',
      ...(direct.every(({ asked }) => asked)
        ? {
            seen: 'pages like those that realservers give when they are asked directly, and not the same: they differ each time, or by who asks',
            next: 'let each realserver send a header X-Served-By with its inventory name',
          }
        : {
            seen: `pages that name no realserver, and not all of these can be asked directly, neither from ${from} nor from a director`,
            next: 'let each realserver send a header X-Served-By with its inventory name, or install curl on the directors',
          }),
    }
  }
  const none = wrong.length === answers.length && answers.every(({ status }) => status === 0)
  const said = first.status ? `status ${first.status}, "${firstLine(first.body)}"` : 'no answer'
  return {
    ...common,
    // From this computer nothing may be reachable at all, which says nothing of the cluster.
    verdict: none && seen.observer === undefined ? 'unknown' : 'fail',
    expected: `${answers.length} answers with a page of ${others.length > 0 ? direct.map(({ host }) => host).join(' or ') : 'one of those that serve it'}, with ${promisedBy(page)}`,
    seen: `${wrong.length} of ${answers.length} wrong: ${first.error ?? said}`,
    cause: none
      ? 'no director forwards for the VIP, or a firewall drops the port'
      : (unpromised(page, direct) ??
        (others.length > 0
          ? 'another machine than the holder of the VIP answers; pages that differ at each request need a header X-Served-By'
          : undefined) ??
        'a realserver does not serve the page, or a machine outside the cluster answers; pages that differ at each request need a header X-Served-By'),
    next: `on ${from}: ${curlFor(url, service.as)}`,
  }
}

/** Is it what a realserver says itself, by its page or by its name, with the status that is promised? */
export function judge(
  { status, body, servedBy }: HttpAnswer,
  page: ExpectedPage,
  direct: readonly Direct[],
): 'right' | 'wrong' | 'nobody knows' {
  if (!isPage(page, { status, body })) return 'wrong'
  // It says itself what its answers are like, and they may differ each time.
  if (page.of !== undefined) return 'right'
  const named = direct.find(({ host }) => host === servedBy)
  if (named && (named.answers.length === 0 || named.answers.some((one) => one.status === status)))
    return 'right'
  const told = direct.flatMap(({ answers }) => answers)
  if (told.some((one) => one.status === status && one.body === body)) return 'right'
  // Pages of programs may hold the time, or who asks: by those nobody can tell.
  if (servedBy === undefined && told.some((one) => one.status === status && isAlike(one.body, body)))
    return 'nobody knows'
  return direct.every(({ asked }) => asked) ? 'wrong' : 'nobody knows'
}

/** Do two pages have more words in common than not, numbers and all that is no word aside? */
function isAlike(one: string, other: string): boolean {
  const [a, b] = [one, other].map(
    (text) => new Set(text.toLowerCase().match(/(?<![\p{L}\d])\p{L}{3,}(?![\p{L}\d])/gu)),
  )
  if (!a || !b) return false
  const common = [...a].filter((word) => b.has(word)).length
  return common > (a.size + b.size) / 3
}

/** All realservers agree on an answer that is none. */
function unpromised(page: ExpectedPage, direct: readonly Direct[]): string | undefined {
  const told = direct.flatMap(({ host, answers: [answer] }) => (answer ? [`${host} ${answer.status}`] : []))
  const good = direct.some(({ answers }) => answers.some((one) => isPage(page, one)))
  if (told.length === 0 || good) return undefined
  return `no realserver has the page: asked directly they answer ${told.join(', ')}`
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 60) ?? ''
}
