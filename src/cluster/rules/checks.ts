import type { ClusterProblem } from '../cluster.ts'
import { nginxPatience, nginxTimes } from '../detection/nginx.ts'
import { said } from '../detection/span.ts'
import { doubtful, type Rule, type Subject, wordsBeside, writtenServices, wrong } from './subject.ts'

/** Rules about words of a check that a balancer takes otherwise than they are meant, or not at all. */
export const checkRules: readonly Rule[] = [
  programsTakeWholeSeconds,
  connectionsFitIntoIntervals,
  nginxAsksForNothing,
  nginxTakesOut,
]

/** `misc_timeout` is an integer, unlike every other time of keepalived.conf(5). */
function programsTakeWholeSeconds(subject: Subject): readonly ClusterProblem[] {
  if (subject.cluster.balancer !== 'ipvs') return []
  return writtenServices(subject).flatMap(({ path, service: { check } }) =>
    check.type !== 'misc' || Number.isInteger(check.timeout)
      ? []
      : [
          wrong(
            subject,
            [...path, 'check', 'timeout'],
            `keepalived gives a program whole seconds (misc_timeout), not ${said(check.timeout)}`,
            `Write timeout: ${Math.ceil(check.timeout)}.`,
          ),
        ],
  )
}

/** HAProxy gives the connection of a check min(`timeout connect`, `inter`). */
function connectionsFitIntoIntervals(subject: Subject): readonly ClusterProblem[] {
  if (subject.cluster.balancer !== 'haproxy') return []
  return writtenServices(subject).flatMap(({ path, service: { check } }) =>
    check.timeout <= check.interval
      ? []
      : [
          wrong(
            subject,
            [...path, 'check', 'timeout'],
            `HAProxy gives the connection of a check no longer than its interval, ${said(check.interval)}, so the timeout of ${said(check.timeout)} cannot be kept`,
            `Write timeout: ${check.interval}, or a longer interval.`,
          ),
        ],
  )
}

/** Words that only a check can keep which asks by itself, with the values they have where nobody writes them. */
const asked = { path: '/', status: 200, host: undefined, port: undefined } as const

function nginxAsksForNothing(subject: Subject): readonly ClusterProblem[] {
  if (subject.cluster.balancer !== 'nginx') return []
  return writtenServices(subject).flatMap(({ path, service: { check } }) => {
    return wordsBeside(asked, check).map((word) =>
      doubtful(
        subject,
        [...path, 'check', word],
        `nginx asks realservers for nothing by itself: it learns from requests of clients that one is gone, and ${word} of the check says nothing to it`,
        `Leave ${word} out, or set balancer: haproxy, which asks by itself.`,
      ),
    )
  })
}

function nginxTakesOut({ cluster }: Subject): readonly ClusterProblem[] {
  if (cluster.balancer !== 'nginx') return []
  const services = cluster.vips.flatMap((vip) => vip.services)
  const waits = Math.max(0, ...services.map((service) => nginxTimes(service).answer_timeout)) / 1000
  return cluster.realservers
    .filter((realserver) => services.some((service) => nginxPatience(service, realserver).max_fails === 0))
    .map(({ host }) => ({
      severity: 'warning',
      message: `nginx never leaves ${host} alone, whatever fails there: while it hangs, each request that falls to it waits for ${said(waits)}`,
      next: 'Leave max_fails out: it follows from the retries of the check.',
      host,
      path: ['realserver', 'max_fails'],
    }))
}
