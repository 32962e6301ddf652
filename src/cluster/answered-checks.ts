import type { Cluster, Service } from './cluster.ts'
import { untilFailed } from './detection/span.ts'
import { proxyOf } from './proxies.ts'

/**
 * A check for which HAProxy has no words: it asks a program on its own machine (`agent-check`), which looks as often as the check
 * says before it answers. Beside it HAProxy makes connections, as it does for every service.
 */
export interface AnsweredCheck {
  /** How often the program looks before it says that a realserver is not well. */
  readonly tries: number
  /** Seconds between two looks. */
  readonly delay: number
  /** Milliseconds after which HAProxy waits for the answer no longer, which it takes for no answer and not for a bad one. */
  readonly patience: number
}

/** Milliseconds that starting what answers may take. */
const start = 2000

/** The check of a service where HAProxy asks for it; `undefined`: it has words of its own for it. */
export function answeredCheck({ check }: Service): AnsweredCheck | undefined {
  if (check.type !== 'ping' && check.type !== 'misc') return undefined
  const { retries, retry_delay: delay, interval } = check
  return {
    tries: retries + 1,
    delay,
    patience: Math.round((untilFailed(check) - interval) * 1000) + start,
  }
}

/** A command of the shell whose status says whether a realserver is well; '' where none is asked for. */
export function lookAt({ check, backendPort }: Service, address: string): string {
  if (check.type === 'ping') return `timeout ${check.timeout} ping -n -c 1 ${address}`
  if (check.type !== 'misc') return ''
  const { user, program, timeout } = check
  const as = `--reuid "$(id -u ${user})" --regid "$(id -g ${user})" --clear-groups`
  return `timeout ${timeout} setpriv ${as} ${program} ${address} ${backendPort}`
}

/** Does HAProxy of a cluster ask so of any realserver, and is any of them pinged? */
export function answeredChecksOf(cluster: Cluster): { readonly any: boolean; readonly pings: boolean } {
  const checks =
    proxyOf(cluster) === 'haproxy'
      ? cluster.vips.flatMap(({ services }) => services).filter((service) => answeredCheck(service))
      : []
  return { any: checks.length > 0, pings: checks.some(({ check }) => check.type === 'ping') }
}
