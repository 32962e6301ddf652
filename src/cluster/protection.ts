import type { Cluster, Protection } from './cluster.ts'
import { clockTime, isOpen, nextOpening, readDrillWindow } from './drill-windows.ts'
import type { ClusterProblem } from './problem.ts'
import type { ClusterSettings } from './vocabulary/index.ts'

/** What the inventory says about what may be done to a cluster, with what follows where it says nothing. */
export function protectionOf(settings: ClusterSettings): Protection {
  const { protected: guarded = false, drills, drill_windows: written, max_outage: maxOutage } = settings
  const windows = written?.flatMap((text) => readDrillWindow(text) ?? [])
  return {
    protected: guarded,
    drills: drills ?? (guarded ? 'ask' : 'always'),
    ...(windows ? { windows } : {}),
    ...(maxOutage === undefined ? {} : { maxOutage }),
  }
}

type Word = 'protected' | 'drills' | 'drill_windows' | 'max_outage'

/** Something its protection forbids, at the word that does. */
export function forbiddenBy(
  { directors }: Pick<Cluster, 'directors'>,
  word: Word,
  message: string,
  next: string,
): ClusterProblem {
  const host = directors[0]?.host
  return {
    severity: 'error',
    message,
    next,
    ...(host === undefined ? {} : { host }),
    path: ['cluster', word],
  }
}

/** Why no drill may begin at this moment, if so; `what` names those that would. `now`: milliseconds since the epoch. */
export function drillsForbidden(cluster: Cluster, what: string, now: number): ClusterProblem | undefined {
  const { name, protection } = cluster
  const { drills, windows } = protection
  if (drills === 'never')
    return forbiddenBy(
      cluster,
      'drills',
      `${what} would disrupt the cluster ${name}, which is never to be drilled`,
      'to drill it all the same, have this say ask: then its name is to be typed',
    )
  const [first] = windows ?? []
  if (!windows || !first || windows.some((window) => isOpen(window, now))) return undefined
  const opens = nextOpening(windows, now)
  const when = windows.map(({ written }) => written).join(', ')
  return forbiddenBy(
    cluster,
    'drill_windows',
    `${what} would disrupt the cluster ${name}, whose drills begin at other times only: ${when}`,
    `it is ${clockTime(now, first.zone)} (${first.zone}) now; ${
      opens === undefined
        ? 'change these times'
        : `wait until ${clockTime(opens, first.zone)}, or change them`
    }`,
  )
}

/** Why a drill or a handover is refused that may take this long from clients, if it is. */
export function outageForbidden(
  cluster: Cluster,
  what: string,
  bound: { readonly milliseconds: number; readonly why: string },
): ClusterProblem | undefined {
  const { name, protection } = cluster
  const { maxOutage } = protection
  if (maxOutage === undefined || bound.milliseconds <= maxOutage * 1000) return undefined
  return forbiddenBy(
    cluster,
    'max_outage',
    `${what} may leave clients of the cluster ${name} without an answer for ${Math.round(bound.milliseconds)} ms (${bound.why}), and ${maxOutage} s are allowed`,
    'leave it out, have the cluster react sooner, or allow more here',
  )
}
