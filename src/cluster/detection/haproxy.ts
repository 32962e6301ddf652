import { answeredCheck } from '../answered-checks.ts'
import type { Service } from '../cluster.ts'
import { type Detection, onlyConnects, said, untilFailed } from './span.ts'

/** Good checks after which HAProxy uses a realserver again: one that starts may answer once and fail. */
const rise = 2

/** The parameters of HAProxy's checks, in milliseconds. */
export interface HaproxyTimes {
  readonly interval: number
  /** Between checks once one has failed, or one has succeeded again. */
  readonly fast_interval: number
  /** For a connection, and again for the answer; of a request of a client for its connection. */
  readonly timeout: number
  readonly fall: number
  readonly rise: number
}

/** What `services[].check` says, in HAProxy's words. */
export function haproxyTimes({ check }: Service): HaproxyTimes {
  return {
    interval: Math.round(check.interval * 1000),
    fast_interval: Math.round(check.retry_delay * 1000),
    timeout: Math.round(check.timeout * 1000),
    fall: check.retries + 1,
    rise,
  }
}

/**
 * HAProxy: `inter`, `fastinter`, `fall`, `rise` and `timeout check` of its configuration manual (5.2 and 4.2). `inter` passes
 * from the end of a good check, `fastinter` from the end of a failed one; a connection is given min(`timeout connect`,
 * `inter`), which lint keeps at the timeout, an answer `timeout check`. A request that waits when its realserver is taken
 * out ends then (`on-marked-down shutdown-sessions`), and one whose connection fails goes to another realserver.
 */
export function haproxyDetection(service: Service): Detection {
  const { interval, timeout, retries, retry_delay: delay } = service.check
  const answered = answeredCheck(service)
  if (answered)
    return {
      out: {
        seconds: untilFailed(service.check),
        why: `HAProxy: agent-inter ${said(interval)} + what it asks looks ${answered.tries} × ${said(timeout)}, ${said(delay)} apart`,
      },
      back: {
        seconds: timeout + interval,
        why: `HAProxy: agent-inter ${said(interval)} + what it asks looks for ${said(timeout)}`,
      },
      lasting: false,
      ...onlyConnects('HAProxy', service.check),
    }
  return {
    out: {
      seconds: untilFailed(service.check),
      why: `HAProxy: inter ${said(interval)} + fall ${retries + 1} × timeout check ${said(timeout)} + ${retries} × fastinter ${said(delay)}`,
    },
    back: {
      seconds: timeout + interval + delay * (rise - 1),
      why: `HAProxy: timeout check ${said(timeout)} + inter ${said(interval)} + fastinter ${said(delay)}, for rise ${rise}`,
    },
    lasting: false,
    ...onlyConnects('HAProxy', service.check),
  }
}
