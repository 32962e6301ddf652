import { lastOf, type Statement } from '../../adoption/index.ts'
import { isIn, namedReal, realsOf, servers, type Written, type WrittenFamily } from './subject.ts'

/** Rules about how a realserver is looked at. */
export const checkRules = {
  'keepalived-check-form': {
    severity: 'error',
    reason:
      'A check that says nothing to ask for keepalived leaves out, and what is no digest or status it does not compare.',
    source: 'keepalived check_http.c, http_get_check and url_check; check_misc.c',
    find: (one) =>
      checksIn(one).flatMap(({ check, of }) =>
        lacks(check).map(({ what, at, next }) => ({
          message: `${check.keyword} of ${of} ${what}`,
          at,
          next,
        })),
      ),
  },
  'keepalived-check-tls': {
    severity: 'warning',
    reason: 'Port 443 speaks TLS: who asks it otherwise gets an error, and takes the realserver out.',
    source: 'RFC 9110, 4.2.2; keepalived.conf(5), HTTP_GET and SSL_GET',
    find: (one) =>
      checksIn(one)
        .filter(({ check, port }) => {
          const asked = lastOf(check.block ?? [], 'connect_port')?.values[0] ?? port
          return check.keyword === 'HTTP_GET' && asked === '443'
        })
        .map(({ check, of }) => ({
          message: `HTTP_GET of ${of} asks port 443`,
          at: check.at,
          next: 'Write SSL_GET, or the port that is meant: connect_port',
        })),
  },
} as const satisfies WrittenFamily

function checksIn(one: Written) {
  return servers(one).flatMap((server) =>
    realsOf(server).flatMap(({ values, block = [] }) =>
      block
        .filter(({ keyword }) => /_(CHECK|GET)$/.test(keyword))
        .map((check) => ({
          ...{ check, port: values[1] ?? server.values[1] },
          of: namedReal({ values }, server),
        })),
    ),
  )
}

interface Lack {
  readonly what: string
  readonly at: Statement['at']
  readonly next: string
}

function lacks({ keyword, block = [], at }: Statement): readonly Lack[] {
  if (keyword === 'MISC_CHECK')
    return lastOf(block, 'misc_path')?.values[0]
      ? []
      : [{ what: 'names no program', at, next: 'Add: misc_path "/path/of/what/looks"' }]
  if (keyword !== 'HTTP_GET' && keyword !== 'SSL_GET') return []
  const pages = block.filter((one) => one.keyword === 'url')
  return pages.length === 0
    ? [{ what: 'asks for no page', at, next: 'Add: url { path / status_code 200 }, on lines of their own' }]
    : pages.flatMap(lacksOfPage)
}

function lacksOfPage({ block = [], at }: Statement): readonly Lack[] {
  const digest = lastOf(block, 'digest')
  const path = lastOf(block, 'path')
  const statuses = block.filter(({ keyword }) => keyword === 'status_code')
  return [
    ...(path?.values[0] ? [] : [{ what: 'has a url without a path', at, next: 'Add: path /' }]),
    ...(path?.values[0] && !/^[/"$]/.test(path.values[0])
      ? [
          {
            what: `asks for ${path.values[0]}, which is no path to a server`,
            at: path.at,
            next: 'Write it from its / on, and the name in virtualhost.',
          },
        ]
      : []),
    ...(digest && !/^[0-9a-f]{32}$/i.test(digest.values[0] ?? '')
      ? [
          {
            what: `has the digest ${digest.values[0] ?? ''}`,
            at: digest.at,
            next: 'Write the 32 signs that genhash prints.',
          },
        ]
      : []),
    ...statuses.flatMap((line) =>
      line.values
        .filter((status) => !isStatus(status))
        .map((status) => ({
          what: `has the status_code ${status}`,
          at: line.at,
          next: 'Write a status of HTTP, from 100 to 599.',
        })),
    ),
  ]
}

/** `200` or `200-299`. */
function isStatus(text: string): boolean {
  return text.split('-', 2).every((one) => isIn(one, 100, 599))
}
