import { nginxPatience, nginxTimes } from '../detection/nginx.ts'
import { said, untilFailed } from '../detection/span.ts'
import { asksByPattern } from '../ipvs-variables.ts'
import { backendOn } from '../own-servers.ts'
import { patternProblem, restsOnEnd } from '../pcre.ts'
import type { PageSettings } from '../vocabulary/index.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type Wrong,
  wordsBeside,
  writtenChecks,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about words of a check that a balancer takes otherwise than they are meant, or not at all. */
export const checkRules = {
  'check-program-seconds': {
    severity: 'error',
    reason: 'keepalived reads misc_timeout as a whole number, unlike its other times.',
    source: 'keepalived.conf(5), misc_timeout',
    find: programsTakeWholeSeconds,
  },
  'check-seldom': {
    severity: 'warning',
    reason:
      'Who is gone is noticed once checks have failed as often as they may: where that takes minutes, clients are sent there for so long.',
    source:
      'keepalived.conf(5), delay_loop; HAProxy, 5.2, inter and fall; docs/inventory.md, services[].check',
    find: failuresAreNoticed,
  },
  'check-longer-than-interval': {
    severity: 'error',
    reason: 'HAProxy gives the connection of a check no longer than its interval.',
    source: 'HAProxy, 4.2, timeout check',
    find: connectionsFitIntoIntervals,
  },
  'check-unasked': {
    severity: 'warning',
    reason:
      'nginx learns from requests of clients that a realserver is gone, and asks for nothing by itself.',
    source: 'nginx, ngx_http_upstream_module, max_fails',
    find: nginxAsksForNothing,
  },
  'check-never-out': {
    severity: 'warning',
    reason: 'max_fails 0 lets nginx send requests to a realserver for ever, whatever it answers.',
    source: 'nginx, ngx_http_upstream_module, max_fails',
    find: nginxTakesOut,
  },
  'check-uncompared': {
    severity: 'error',
    reason: 'Only the checker of keepalived compares pages by digest or pattern, and asks for several.',
    source: 'keepalived.conf(5), HTTP_GET',
    find: pagesAreComparedByKeepalived,
  },
  'check-digest-twice': {
    severity: 'error',
    reason: 'The digest follows from the page; where both are written they can contradict each other.',
    source: 'keepalived.conf(5), digest; genhash(1)',
    find: digestsAreSaidOnce,
  },
  'check-regex': {
    severity: 'error',
    reason: 'keepalived passes over a pattern that it cannot read, and then takes any page for well.',
    source: 'keepalived.conf(5), regex; pcre2pattern(3)',
    find: patternsCanBeRead,
  },
  'check-regex-end': {
    severity: 'warning',
    reason: 'keepalived judges a page piece by piece, and never tells PCRE which piece is the last.',
    source: 'pcre2partial(3)',
    find: patternsMatchBeforeTheEnd,
  },
  'check-regex-missing': {
    severity: 'error',
    reason: 'Options of a pattern say nothing where there is no pattern.',
    source: 'keepalived.conf(5), regex_options',
    find: patternsAreThere,
  },
  'check-regex-unbuilt': {
    severity: 'error',
    reason: 'keepalived has regular expressions only where it was built with them.',
    source: 'keepalived, INSTALL, --enable-regex',
    find: patternsAreBuiltIn,
  },
} satisfies Family<'check'>

/** `misc_timeout` is an integer, unlike every other time of keepalived.conf(5). */
function programsTakeWholeSeconds(subject: Subject): readonly Wrong[] {
  if (subject.cluster.balancer !== 'ipvs') return []
  return writtenChecks(subject).flatMap(({ path, check }) =>
    check.type !== 'misc' || Number.isInteger(check.timeout)
      ? []
      : [
          wrong(
            subject,
            [...path, 'timeout'],
            `keepalived gives a program whole seconds (misc_timeout), not ${said(check.timeout)}`,
            `Write timeout: ${Math.ceil(check.timeout)}.`,
          ),
        ],
  )
}

/** Seconds for which nobody means to send clients to who is gone. */
const longestWait = 300

function failuresAreNoticed(subject: Subject): readonly Doubt[] {
  const isNginx = subject.cluster.balancer === 'nginx'
  return writtenChecks(subject).flatMap(({ path, check, service }) => {
    const seconds = untilFailed(check)
    // nginx waits for an answer as long as checks would take, unless the inventory says otherwise.
    if (seconds <= longestWait || (isNginx && service.answer_timeout !== undefined)) return []
    return [
      doubtful(
        subject,
        [...path, check.interval > longestWait ? 'interval' : check.retries > 1 ? 'retries' : 'timeout'],
        `clients are sent for up to ${said(seconds)} to a realserver that is gone: interval ${said(check.interval)} + ${check.retries + 1} × timeout ${said(check.timeout)} + ${check.retries} × retry_delay ${said(check.retry_delay)}`,
        'Write the seconds for which a client may wait, such as interval: 5.',
      ),
    ]
  })
}

/** HAProxy gives the connection of a check min(`timeout connect`, `inter`). */
function connectionsFitIntoIntervals(subject: Subject): readonly Wrong[] {
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

function nginxAsksForNothing(subject: Subject): readonly Doubt[] {
  const { balancer, monitoring, applications } = subject.cluster
  // Where somebody watches, realservers are asked for it to tell him.
  if (balancer !== 'nginx' || monitoring) return []
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { check } = service
    // Of what is the user's own, verify asks for the page.
    const isOwn = applications.length > 0 || backendOn(subject.cluster, service) === 'none'
    const idle = wordsBeside(asked, check).filter((word) => !(isOwn && /^(path|status)$/.test(word)))
    return idle.map((word) =>
      doubtful(
        subject,
        [...path, 'check', word],
        `nginx asks realservers for nothing by itself: it learns from requests of clients that one is gone, and ${word} of the check says nothing to it`,
        `Leave ${word} out, or set balancer: haproxy, which asks by itself.`,
      ),
    )
  })
}

/** What only keepalived's checker does with pages. */
const compared = { digest: undefined, body: undefined, regex: undefined } as const

function pagesAreComparedByKeepalived(subject: Subject): readonly Wrong[] {
  const { balancer } = subject.cluster
  if (balancer === 'ipvs') return []
  const who = { nginx: 'nginx', haproxy: 'HAProxy', none: 'the check of a service that is not balanced' }[
    balancer
  ]
  return writtenServices(subject).flatMap(({ path, service: { check } }) => {
    if (!('path' in check)) return []
    const words = [...wordsBeside(compared, check), ...(check.also.length > 0 ? ['also'] : [])]
    return words.map((word) =>
      wrong(
        subject,
        [...path, 'check', word],
        `${who} knows nothing of ${word}: it asks for one page at most, and looks at its status`,
        `Leave ${word} out, and let the application answer at the path of the check only while all of it is well; or set balancer: ipvs.`,
      ),
    )
  })
}

/** Every page that a check asks for, with its place below `cluster`. */
function writtenPages(subject: Subject): readonly {
  readonly page: PageSettings
  readonly path: readonly PropertyKey[]
}[] {
  return writtenChecks(subject).flatMap(({ path, check }) =>
    'path' in check
      ? [
          { page: check, path },
          ...check.also.map((page, index) => ({ page, path: [...path, 'also', index] })),
        ]
      : [],
  )
}

function digestsAreSaidOnce(subject: Subject): readonly Wrong[] {
  return writtenPages(subject).flatMap(({ page, path }) =>
    page.digest === undefined || page.body === undefined
      ? []
      : [
          wrong(
            subject,
            [...path, 'digest'],
            'the page is said twice, by its digest and by what it holds',
            'Leave digest out: it is computed of body.',
          ),
        ],
  )
}

/** keepalived passes over a pattern that it cannot read, and then takes any page for well. */
function patternsCanBeRead(subject: Subject): readonly Wrong[] {
  return writtenPages(subject).flatMap(({ page: { regex, regex_options: options }, path }) => {
    const problem = regex === undefined ? undefined : patternProblem(regex, options?.includes('extended'))
    if (!problem || regex === undefined) return []
    const { at, why } = problem
    const place = at === 0 ? 'at its beginning' : `after ${[...regex.slice(0, at)].length} signs`
    return [
      wrong(
        subject,
        [...path, 'regex'],
        `this is no regular expression: ${why} (${place})`,
        'Write it as in pcre2pattern(3); in YAML between single quotes, where a backslash is one. A sign that means itself gets a backslash before it.',
      ),
    ]
  })
}

/** keepalived judges a page piece by piece as it comes, and never tells PCRE that a piece was the last. */
function patternsMatchBeforeTheEnd(subject: Subject): readonly Doubt[] {
  return writtenPages(subject).flatMap(({ page: { regex, regex_options: options }, path }) =>
    regex === undefined || !restsOnEnd(regex, options?.includes('multiline') ?? false)
      ? []
      : [
          doubtful(
            subject,
            [...path, 'regex'],
            'keepalived does not know where a page ends: nothing of it matches there',
            'Leave the end out; or let $ mean the end of a line, with regex_options: [multiline], and end the page with a line break.',
          ),
        ],
  )
}

function patternsAreThere(subject: Subject): readonly Wrong[] {
  return writtenPages(subject).flatMap(({ page, path }) =>
    page.regex === undefined && (page.regex_no_match || page.regex_options !== undefined)
      ? [
          wrong(
            subject,
            [...path, page.regex_no_match ? 'regex_no_match' : 'regex_options'],
            'there is no regex of which this would say anything',
            'Write the regex beside it, or leave this out.',
          ),
        ]
      : [],
  )
}

/** What configure(1) of keepalived leaves out by itself. */
function patternsAreBuiltIn(subject: Subject): readonly Wrong[] {
  const built = subject.cluster.source.keepalived
  if (!built || !asksByPattern(subject.cluster) || built.configure.includes('--enable-regex')) return []
  return [
    wrong(
      subject,
      ['source', 'keepalived'],
      'keepalived is built without regular expressions, and a check asks for a page by one',
      'Add --enable-regex to configure of source.keepalived.',
    ),
  ]
}

function nginxTakesOut({ cluster }: Subject): readonly Doubt[] {
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
