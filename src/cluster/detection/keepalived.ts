import type { Service } from '../cluster.ts'
import { type Detection, onlyConnects, said, untilFailed } from './span.ts'

/**
 * keepalived, which takes realservers out of the kernel's table: `delay_loop`, `retry`, `delay_before_retry`,
 * `connect_timeout` and `misc_timeout` of keepalived.conf(5), in the order in which its checkers wait (check_http.c,
 * check_tcp.c, check_misc.c). A connection that is made late, then an answer that is late, is a slow network and not counted.
 */
export function keepalivedDetection({ check }: Service): Detection {
  const { type, interval, timeout, retries, retry_delay: delay } = check
  // The clock of MISC_CHECK runs from the start of a program: its wait before a try passes while the program runs.
  const misc = type === 'misc'
  const tries = misc ? Math.max(timeout, delay) * retries : (timeout + delay) * retries
  const limit = misc ? 'misc_timeout' : 'connect_timeout'
  return {
    out: {
      seconds: misc ? interval + timeout + tries : untilFailed(check),
      why: `keepalived: delay_loop ${said(interval)} + ${retries + 1} × ${limit} ${said(timeout)} + ${retries} × delay_before_retry ${said(delay)}`,
    },
    back: back(check),
    lasting: false,
    ...onlyConnects('keepalived', check),
  }
}

function back(check: Service['check']) {
  const { type, interval, timeout, retry_delay: delay } = check
  if (type === 'misc')
    return {
      seconds: Math.max(interval, timeout) + timeout,
      why: `keepalived: delay_loop ${said(interval)} and misc_timeout ${said(timeout)}`,
    }
  // After a failure HTTP_GET wants the page that failed to be good, and then all of them, of which it asks for one at a time.
  const pages = 'path' in check ? check.also.length + 1 : 0
  return {
    seconds: timeout + (pages > 0 ? Math.max(interval, delay) : 0) + interval * Math.max(1, pages),
    why: `keepalived: connect_timeout ${said(timeout)} + ${pages > 0 ? `${pages + 1} × ` : ''}delay_loop ${said(interval)}`,
  }
}
