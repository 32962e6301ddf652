import type { Service } from '../cluster.ts'
import { type Detection, onlyConnects, said } from './span.ts'

/** The parameters of keepalived's `vrrp_script` for a service of the director itself, in seconds. */
export interface OwnTimes {
  readonly interval: number
  /** After which keepalived ends a check. */
  readonly timeout: number
  readonly fall: number
  readonly rise: number
}

/** Good checks after which a director is trusted again: one that starts may answer once and fail. */
const rise = 2

/** Seconds a busy machine may need to start a program, beyond the time that a check has. */
const startTime = 3

/** What `services[].check` says, in the words of a `vrrp_script`, which knows whole seconds alone. */
export function ownTimes({ check }: Service): OwnTimes {
  // What we run ends by itself in time; on a busy machine it may be slow to start.
  const limit = Math.ceil(check.timeout) + (check.type === 'misc' ? 0 : startTime)
  return { interval: check.interval, timeout: limit, fall: check.retries + 1, rise }
}

/**
 * keepalived asks the service beside it by a `vrrp_script`: `interval` from the start of one run to that of the next, which
 * waits for the one before; after `fall` failures the director is no longer of use, and the VIP is given up.
 */
export function ownDetection(service: Service): Detection {
  const { timeout } = service.check
  const { interval, fall } = ownTimes(service)
  const each = Math.max(interval, timeout)
  return {
    out: {
      seconds: interval + (fall - 1) * each + timeout,
      why: `keepalived: vrrp_script with interval ${said(interval)} and fall ${fall}, the last after its timeout ${said(timeout)}`,
    },
    back: {
      seconds: interval + (rise - 1) * each + timeout,
      why: `keepalived: vrrp_script with interval ${said(interval)} and rise ${rise}`,
    },
    lasting: false,
    ...onlyConnects('keepalived', service.check),
  }
}
