import type { ClusterProblem } from '../cluster.ts'
import { isNever } from '../drill-windows.ts'
import { clientsFollow, slowestTakeover, takeoverAfterCrash, takeoverAfterStop } from '../takeover.ts'
import { doubtful, type Rule, type Subject, wrong } from './subject.ts'

/** Rules about what may be done to a cluster: words that leave nothing, or contradict each other. */
export const protectionRules: readonly Rule[] = [windowsOpen, neverIsNever, outagesCanBeKept]

function windowsOpen(subject: Subject): readonly ClusterProblem[] {
  const { windows = [] } = subject.cluster.protection
  return windows.flatMap((window, index) =>
    isNever(window)
      ? [
          wrong(
            subject,
            ['drill_windows', index],
            `drills can never begin in ${window.written}: it ends when it begins`,
            'Write 00:00-24:00 for the whole day, or drills: never.',
          ),
        ]
      : [],
  )
}

function neverIsNever(subject: Subject): readonly ClusterProblem[] {
  const { drills, windows } = subject.cluster.protection
  if (drills !== 'never' || !windows) return []
  return [
    wrong(
      subject,
      ['drill_windows'],
      'drill_windows contradicts drills: never, under which no drill ever begins',
      'Remove one of the two; drills: ask has the name of the cluster typed.',
    ),
  ]
}

/** Takeovers take as long as VRRP needs: less cannot be had by forbidding more. */
function outagesCanBeKept(subject: Subject): readonly ClusterProblem[] {
  const { cluster } = subject
  const { maxOutage } = cluster.protection
  if (maxOutage === undefined || cluster.directors.length < 2) return []
  const [stop, crash] = [takeoverAfterStop, takeoverAfterCrash].map(
    (takeover) => slowestTakeover(cluster, takeover).seconds + clientsFollow(cluster),
  )
  const next = 'Allow more, or have VIPs move sooner: profile: fast in cluster.vrrp.'
  if (stop !== undefined && maxOutage < stop)
    return [
      wrong(
        subject,
        ['max_outage'],
        `no VIP moves within ${maxOutage} s: even a planned handover may take ${said(stop)}`,
        next,
      ),
    ]
  if (crash === undefined || maxOutage >= crash) return []
  return [
    doubtful(
      subject,
      ['max_outage'],
      `every drill in which the holder of a VIP is lost will be refused: that may take ${said(crash)}, and ${maxOutage} s are allowed`,
      next,
    ),
  ]
}

function said(seconds: number): string {
  return `${Math.round(seconds * 100) / 100} s`
}
