import type { Script } from '../model/script.ts'
import { sh } from '../shell/quote.ts'
import type { ExpectedCluster } from '../verify/expected.ts'

/** How one director lets a realserver out of its pools and in again. */
export interface Drain {
  /** New connections go to the others from now on. Ends with the status `nobodyElse` where there are none. */
  readonly take: Script
  /** It has its place again, whatever was before; right also where it was never taken. */
  readonly give: Script
  /**
   * What becomes of it where it is not well: nobody is sent to it before its check, where the balancer has one, or a later deployment or
   * `apply` finds it well again.
   */
  readonly shun: Script
  /** Waits for a moment until its connections have ended, and prints how many there still are. */
  readonly left: Script
  /** What is done before it is changed, whoever is still connected. */
  readonly leave: Script
  /** Waits until it gets connections again. */
  readonly back: Script
}

/** Whether the balancer itself finds out that who was not well is well again. */
export function findsOut(balancer: ExpectedCluster['balancer']): boolean {
  return balancer !== 'nginx'
}

/** The status of who would have nobody left to send clients to. */
export const nobodyElse = 9

/** Seconds for which its connections are waited for at a time: whoever interrupts is not to wait longer. */
export const moment = 2

/** Seconds that a director has to find a realserver well again. */
export const returnsWithin = 90

/** `us_until SECONDS COMMAND …`: looks twice a second until the command holds; fails when the time is over. */
export const untilScript: Script = sh`us_until() {
  us_left=$(($1 * 2)); shift
  while ! "$@"; do
    us_left=$((us_left - 1))
    if [ "$us_left" -le 0 ]; then return 1; fi
    sleep 0.5 2>/dev/null || sleep 1
  done
}`

/** Says that there is nobody else. */
export function refuseAlone(host: string, words: Script): Script {
  return sh`echo ${`nobody else than ${host} takes the connections of `}${{ script: words }} >&2; exit ${nobodyElse}`
}
