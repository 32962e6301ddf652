import { backendOn } from '../own-servers.ts'
import { proxyOf } from '../proxies.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  listedServices,
  type Subject,
  type WrittenService,
} from './subject.ts'

/** Rules about what is spoken on ports that everybody knows. */
export const spokenRules = {
  'service-not-http': {
    severity: 'warning',
    reason:
      'Who reads requests of HTTP, or asks for a page, finds nobody well behind a port on which something else is spoken.',
    source: 'IANA, Service Name and Transport Protocol Port Number Registry',
    find: pagesAreSpoken,
  },
  'service-plain-on-443': {
    severity: 'warning',
    reason: 'Clients speak TLS on port 443, and take an answer in plain text for none.',
    source: 'RFC 9110, 4.2.2',
    find: tlsIsSpoken,
  },
} satisfies Family<'service'>

/** What is spoken on ports, where it is not HTTP. */
const known: ReadonlyMap<number, string> = new Map(
  Object.entries({
    ...{
      21: 'FTP',
      22: 'SSH',
      25: 'SMTP',
      53: 'DNS',
      110: 'POP3',
      143: 'IMAP',
      389: 'LDAP',
      465: 'SMTP by TLS',
    },
    ...{ 587: 'SMTP', 636: 'LDAP by TLS', 993: 'IMAP by TLS', 995: 'POP3 by TLS', 1433: 'SQL Server' },
    ...{
      1521: 'Oracle',
      1883: 'MQTT',
      3306: 'MySQL',
      3389: 'RDP',
      5432: 'PostgreSQL',
      5672: 'AMQP',
      6379: 'Redis',
    },
    ...{ 8883: 'MQTT by TLS', 9042: 'Cassandra', 9092: 'Kafka', 11211: 'memcached', 27017: 'MongoDB' },
  }).map(([port, spoken]) => [Number(port), spoken]),
)

/** Those by TCP that a server of the user's own answers. */
function ownServices(subject: Subject): readonly WrittenService[] {
  return listedServices(subject).filter(
    ({ service }) =>
      service.protocol === 'tcp' &&
      service.redirect === undefined &&
      backendOn(subject.cluster, service) === 'none',
  )
}

function pagesAreSpoken(subject: Subject): readonly Doubt[] {
  const proxy = proxyOf(subject.cluster)
  return ownServices(subject).flatMap(({ path, service: { port, mode, check, pool, routes } }) => {
    const spoken = known.get(port) ?? (proxy === 'haproxy' && check.type === 'smtp' ? 'SMTP' : undefined)
    if (spoken === undefined || pool !== undefined || routes.length > 0) return []
    const isAsked = 'path' in check && check.port === undefined
    if (proxy ? mode !== 'http' : !isAsked) return []
    return [
      doubtful(
        subject,
        proxy ? [...path, 'mode'] : [...path, 'check'],
        proxy
          ? `port ${port} is that of ${spoken}, and ${proxy} would wait for requests of HTTP`
          : `port ${port} is that of ${spoken}, and the realservers are asked for a page of HTTP there`,
        proxy
          ? 'Write mode: tcp, and check: { type: tcp }.'
          : 'Write check: { type: tcp }, or another that suits it.',
      ),
    ]
  })
}

function tlsIsSpoken(subject: Subject): readonly Doubt[] {
  const { cluster } = subject
  const proxy = proxyOf(cluster)
  // Of a cluster behind another one, that one may speak TLS with clients.
  if (!proxy || cluster.front !== undefined) return []
  return listedServices(subject).flatMap(({ path, service, list }) =>
    service.port === 443 &&
    service.mode === 'http' &&
    !list.some(({ port, tls }) => port === 443 && tls) &&
    service.redirect === undefined &&
    !service.proxy_protocol?.in
      ? [
          doubtful(
            subject,
            [...path, 'port'],
            `${proxy} would answer in plain text on port 443`,
            'Write tls: { certificates: […] }; or mode: tcp and backend_tls: {}, where the realservers speak TLS.',
          ),
        ]
      : [],
  )
}
