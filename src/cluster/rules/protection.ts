import { isNever } from '../drill-windows.ts'
import { clientsFollow, slowestTakeover, takeoverAfterCrash, takeoverAfterStop } from '../takeover.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about what may be done to a cluster: words that leave nothing, or contradict each other. */
export const protectionRules = {
  'protection-window-empty': {
    severity: 'error',
    reason: 'A window that ends when it begins never opens.',
    source: 'docs/drills.md',
    find: windowsOpen,
  },
  'protection-never-and-window': {
    severity: 'error',
    reason: 'Times in which drills may begin contradict that none ever may.',
    source: 'docs/drills.md',
    find: neverIsNever,
  },
  'protection-outage-impossible': {
    severity: 'error',
    reason: 'A handover takes the time that the backup needs to see that the master has gone.',
    source: 'RFC 9568, 6.1, Skew_Time',
    find: outagesCanBeKept,
  },
  'protection-outage-refuses': {
    severity: 'warning',
    reason:
      'A crash is noticed after three intervals and the skew of the backup: a drill that may take less is always refused.',
    source: 'RFC 9568, 6.1, Active_Down_Interval',
    find: crashesCanBeDrilled,
  },
} satisfies Family<'protection'>

function windowsOpen(subject: Subject): readonly Wrong[] {
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

function neverIsNever(subject: Subject): readonly Wrong[] {
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
function outagesCanBeKept(subject: Subject): readonly Wrong[] {
  const { most, stop } = outages(subject)
  if (most === undefined || most >= stop) return []
  const message = `no VIP moves within ${most} s: even a planned handover may take ${said(stop)}`
  return [wrong(subject, ['max_outage'], message, allowMore)]
}

function crashesCanBeDrilled(subject: Subject): readonly Doubt[] {
  const { most, stop, crash } = outages(subject)
  if (most === undefined || most < stop || most >= crash) return []
  const message = `every drill in which the holder of a VIP is lost will be refused: that may take ${said(crash)}, and ${most} s are allowed`
  return [doubtful(subject, ['max_outage'], message, allowMore)]
}

const allowMore = 'Allow more, or have VIPs move sooner: profile: fast in cluster.vrrp.'

/** The seconds that may be taken from clients, where somebody else could take over, and those that are needed. */
function outages({ cluster }: Subject) {
  const { maxOutage } = cluster.protection
  const most = cluster.directors.length < 2 ? undefined : maxOutage
  const seconds = (takeover: typeof takeoverAfterStop) =>
    most === undefined ? 0 : slowestTakeover(cluster, takeover).seconds + clientsFollow(cluster)
  return { most, stop: seconds(takeoverAfterStop), crash: seconds(takeoverAfterCrash) }
}

function said(seconds: number): string {
  return `${Math.round(seconds * 100) / 100} s`
}
