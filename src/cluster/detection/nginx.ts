import type { Realserver, Service } from '../cluster.ts'
import { type Detection, said, untilFailed } from './span.ts'

/** How long nginx waits for realservers, in milliseconds, and how many it tries for one client. */
export interface NginxTimes {
  readonly connect_timeout: number
  readonly answer_timeout: number
  /** Of what lasts, such as WebSockets. */
  readonly tunnel_timeout: number
  readonly tries: number
  /** After which no further realserver is tried. */
  readonly tries_timeout: number
}

/** When nginx leaves a realserver alone. */
export interface NginxPatience {
  readonly max_fails: number
  /** Seconds. */
  readonly fail_timeout: number
}

/**
 * What `services[].check` says, in nginx's words. nginx asks nothing by itself: a request of a client is its check. So a
 * connection is given the timeout of the check, but a page, which may take longer than that of a check, as long as checks
 * would need until they had failed for good, or what the inventory says.
 */
export function nginxTimes({ check, answerTimeout, tunnelTimeout }: Service): NginxTimes {
  const milliseconds = (seconds: number) => Math.round(seconds * 1000)
  return {
    connect_timeout: milliseconds(check.timeout),
    answer_timeout: milliseconds(answerTimeout ?? untilFailed(check)),
    tunnel_timeout: milliseconds(tunnelTimeout),
    // One more at least: a client is not to pay for the first.
    tries: Math.max(2, check.retries + 1),
    tries_timeout: milliseconds((answerTimeout ?? untilFailed(check)) + check.timeout),
  }
}

/** What the inventory says of the realserver; otherwise as many failures as a check may have, and the pace of checks. */
export function nginxPatience({ check }: Service, { maxFails, failTimeout }: Realserver): NginxPatience {
  return {
    max_fails: maxFails ?? check.retries + 1,
    fail_timeout: failTimeout ?? Math.max(1, Math.ceil(check.interval)),
  }
}

/**
 * nginx: `proxy_connect_timeout`, `proxy_read_timeout` and `proxy_next_upstream*` of ngx_http_proxy_module, `max_fails` and
 * `fail_timeout` of ngx_http_upstream_module. A request pays one of the two timeouts for each dead realserver it is sent to;
 * when `max_fails` of them have paid, the realserver is left alone for `fail_timeout`, counted in whole seconds
 * (ngx_http_upstream_round_robin.c), after which one request tries it anew. With `http_500` among the failures, whoever
 * repeats a request that the application fails on would have all realservers left alone.
 */
export function nginxDetection(service: Service, realservers: readonly Realserver[]): Detection {
  const { connect_timeout: connect, answer_timeout: answer } = nginxTimes(service)
  const patience = realservers.map((realserver) => nginxPatience(service, realserver))
  const alone = Math.max(0, ...patience.map(({ fail_timeout: seconds }) => seconds))
  const fails = patience.map(({ max_fails: fails }) => fails)
  const http = service.mode === 'http'
  const seconds = (http ? Math.max(connect, answer) : connect) / 1000
  const lasting = fails.includes(0)
  return {
    out: {
      seconds,
      why: `nginx: ${http ? 'proxy_read_timeout' : 'proxy_connect_timeout'} ${said(seconds)} of the requests under way, ${lasting ? 'again and again with max_fails 0' : `of which max_fails ${Math.max(1, ...fails)} take the realserver out`}`,
    },
    back: {
      seconds: connect / 1000 + alone + 1,
      why: `nginx: proxy_connect_timeout ${said(connect / 1000)} + fail_timeout ${said(alone)}, in whole seconds`,
    },
    lasting,
    passesErrors: 'nginx: status 500 is an answer to it, and clients get it as long as a realserver gives it',
  }
}
