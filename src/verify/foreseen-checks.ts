import { isAmong } from '../cluster/index.ts'
import { bracketed } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import { changeOf, type Plan } from '../model/plan.ts'
import { httpAnswers } from '../sensors/http.ts'
import { type ExpectedCluster, type ExpectedService, expectedTiers } from './expected.ts'
import { observe } from './observe.ts'
import { healthUrl } from './proofs/direct.ts'
import { serversInPool } from './proofs/pool.ts'
import { asInTables } from './standing.ts'
import type { Examination, ExamineOptions } from './verify.ts'

/** Lines by which keepalived and HAProxy are told what to ask realservers. */
const ofChecks = /(HTTP|SSL)_GET|status_code|connect_port|\bpath |httpchk|http-check|\bcheck port\b/

/**
 * Asks realservers what their directors are about to ask them, before these are told: where nobody of a service that is served would
 * pass, all of them would be taken out at once. Throws VERIFICATION_FAILED.
 */
export async function foreseeChecks(
  before: Examination,
  directors: readonly string[],
  plan: Plan,
  { session, signal }: ExamineOptions,
): Promise<void> {
  const [asks] = directors.filter((host) => changesChecks(host, plan))
  if (asks === undefined) return
  const served = expectedTiers(before.expected)
    .filter((tier) => tier.directors.some(({ host }) => host === asks))
    .flatMap((tier) => servedIn(tier, before))
  if (served.length === 0) return
  const questions = served.map((one) => ({
    ...one,
    asked: one.servers.map((server) => question(one, server)),
  }))
  const seen = await observe(
    await session(asks),
    questions.flatMap(({ asked }) => asked),
    signal,
  )
  for (const { vip, port, checked, servers, asked } of questions) {
    const statuses = asked.map((one) => seen.read(one)?.[0]?.status)
    // Who has no client that asks tells nothing.
    if (statuses.some((status) => status === undefined || isAmong(checked.status, status))) continue
    const said = servers.map(({ host }, index) => `${host} with ${statuses[index] || 'nothing'}`).join(', ')
    throw new Failure(
      'VERIFICATION_FAILED',
      `by its new health check nobody would serve ${vip} on port ${port}: ${checked.path} is answered by ${said}`,
      {
        where: { host: asks },
        next: 'correct the check, or bring to the realservers what it asks for; directors are as they were',
      },
    )
  }
}

function changesChecks(host: string, { hosts }: Plan): boolean {
  const steps = hosts.find((one) => one.host === host)?.steps ?? []
  return steps.some((step) =>
    changeOf(step)?.differences.some((one) => {
      if (one.is !== 'text' || one.before === undefined) return false
      const lines = (text = '') => text.split('\n').filter((line) => ofChecks.test(line))
      const old = lines(one.before)
      return lines(one.after).some((line) => !old.includes(line))
    }),
  )
}

type Checked = ExpectedService & { readonly checked: NonNullable<ExpectedService['checked']> }

/** Services that are looked at by a page and have somebody who serves now, with those alone. */
function servedIn(tier: ExpectedCluster, { seen, results }: Examination) {
  const now = tier.balancer === 'ipvs' ? asInTables(tier, seen) : serversInPool(tier, seen)
  return now.vips.flatMap(({ address, services }) => {
    const at = `//${bracketed(address)}`
    const isServed =
      tier.balancer === 'ipvs' ||
      results.some(
        ({ name, subject, verdict }) =>
          name === 'a client gets the right page through the VIP' &&
          verdict === 'pass' &&
          subject.includes(at),
      )
    return services
      .filter((service): service is Checked => service.checked !== undefined)
      .filter(({ servers }) => isServed && servers.length > 0)
      .map((service) => ({ ...service, vip: address }))
  })
}

function question({ checked }: Checked, server: ExpectedService['servers'][number]) {
  return httpAnswers(healthUrl(checked, server), 1, checked.host === undefined ? {} : { host: checked.host })
}
