import { type Cluster, isAmong } from '../cluster/index.ts'
import { bracketed } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import { changeOf, type Plan } from '../model/plan.ts'
import type { Query } from '../model/sensor.ts'
import { connectionTo } from '../sensors/connections.ts'
import { httpAnswers } from '../sensors/http.ts'
import { type ExpectedCluster, type ExpectedService, expectedTiers } from './expected.ts'
import { nextForMoved } from './moved-programs.ts'
import { type Observed, observe } from './observe.ts'
import { askedFor, eachPage, healthUrl, urlOf } from './proofs/direct.ts'
import { serversInPool } from './proofs/pool.ts'
import { asInTables } from './standing.ts'
import type { Examination, ExamineOptions } from './verify.ts'

/** Lines by which keepalived and HAProxy are told what to ask realservers. */
const ofChecks = /(HTTP|SSL)_GET|status_code|connect_port|\bpath |httpchk|http-check|\bcheck port\b/

/** How keepalived, HAProxy and nginx are told where a realserver serves. */
const ofServer = /^\s*(?:real_server\s+(\S+ \d+)|server\s+(?:[\w.-]+\s+)?(\[?[\da-fA-F.:]+\]?:\d+)[\s;])/

/** What directors of a cluster are about to be told. */
interface Foreseen {
  readonly directors: readonly string[]
  readonly plan: Plan
  readonly cluster: Cluster
}

/**
 * Asks realservers what their directors are about to ask them, and where these are about to send clients, before these are told: where
 * nobody of a service that is served would pass, all of them would be taken out at once. Throws VERIFICATION_FAILED.
 */
export async function foreseeChecks(
  before: Examination,
  { directors, plan, cluster }: Foreseen,
  { session, signal }: ExamineOptions,
): Promise<void> {
  const [asks] = directors.filter((host) => changesChecks(host, plan))
  if (asks === undefined) return
  const served = expectedTiers(before.expected)
    .filter((tier) => tier.directors.some(({ host }) => host === asks))
    .flatMap((tier) => servedIn(tier, before))
  if (served.length === 0) return
  const seen = await observe(
    await session(asks),
    served.flatMap((service) => service.servers.map((server) => question(service, server))),
    signal,
  )
  for (const service of served) {
    const answers = service.servers.map((server) => answerOf(service, server, seen))
    // Who has nothing to ask with tells nothing.
    if (answers.some((one) => one === undefined || one.passes)) continue
    const said = service.servers.map((server, index) => `${server.host} ${answers[index]?.words ?? ''}`)
    const { vip, port, checked } = service
    const [by, asked] = checked
      ? ['by its new health check', `${checked.path} is answered by `]
      : ['by what directors are to be told', '']
    throw new Failure(
      'VERIFICATION_FAILED',
      `${by} nobody would serve ${vip} on port ${port}: ${asked}${said.join(', ')}`,
      {
        where: { host: asks },
        next: `${nextForMoved(cluster, service.servers) ?? 'correct the check, or bring to the realservers what it asks for'}; directors are as they were`,
      },
    )
  }
}

function changesChecks(host: string, { hosts }: Plan): boolean {
  const steps = hosts.find((one) => one.host === host)?.steps ?? []
  return steps.some((step) =>
    changeOf(step)?.differences.some((one) => {
      if (one.is !== 'text') return false
      const [old, next] = [one.before, one.after].map((text = '') => toldIn(text))
      return next?.some((line) => !old?.includes(line)) ?? false
    }),
  )
}

/** What the text of a configuration tells of checks, and of where realservers serve. */
function toldIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    if (ofChecks.test(line)) return [line]
    const [, virtual, proxied] = ofServer.exec(line) ?? []
    return virtual ?? proxied ?? []
  })
}

/** A service that somebody serves now, behind which realservers are known. */
type Served = ExpectedService & { readonly vip: string }

/** Services that have somebody who serves now, with those alone; with all of them where another program balances until now. */
function servedIn(tier: ExpectedCluster, { seen, results }: Examination): readonly Served[] {
  const now = tier.balancer === 'ipvs' ? asInTables(tier, seen) : serversInPool(tier, seen)
  const shown = results.flatMap(({ name, subject, verdict }) =>
    name === 'a client gets the right page through the VIP' && verdict === 'pass' ? [subject] : [],
  )
  return tier.vips.flatMap(({ address: vip, services }, at) => {
    const isShown = shown.some((subject) => subject.includes(`//${bracketed(vip)}`))
    return services.flatMap((service, index): readonly Served[] => {
      if (service.protocol === 'udp' || service.servers.length === 0) return []
      const known = now.vips[at]?.services[index]?.servers ?? []
      if (known.length > 0)
        return tier.balancer === 'ipvs' || isShown ? [{ ...service, vip, servers: known }] : []
      return subjectsOf(service, vip).some((one) => shown.includes(one)) ? [{ ...service, vip }] : []
    })
  })
}

/** As what proofs ask for its pages. */
function subjectsOf(service: ExpectedService, vip: string): readonly string[] {
  return eachPage(service).map(({ page, port, as }) => askedFor(urlOf(page.scheme, vip, port, page.path), as))
}

function question({ checked }: Served, server: ExpectedService['servers'][number]): Query<unknown> {
  return checked ? pageOf(checked, server) : connectionTo(server)
}

function pageOf(
  checked: NonNullable<ExpectedService['checked']>,
  server: ExpectedService['servers'][number],
) {
  return httpAnswers(healthUrl(checked, server), 1, checked.host === undefined ? {} : { host: checked.host })
}

/** Whether a realserver passes, and what it said; nothing where whoever asks has no program for that. */
function answerOf({ checked }: Served, server: ExpectedService['servers'][number], seen: Observed) {
  if (!checked) {
    const reading = seen.read(connectionTo(server))
    return reading && { passes: reading.made, words: `takes no connections on port ${server.port}` }
  }
  const status = seen.read(pageOf(checked, server))?.[0]?.status
  if (status === undefined) return undefined
  const at = checked.port === server.port ? `on port ${server.port} ` : ''
  return { passes: isAmong(checked.status, status), words: `${at}with ${status || 'nothing'}` }
}
