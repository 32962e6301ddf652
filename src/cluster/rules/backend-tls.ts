import { backendOn } from '../own-servers.ts'
import { proxyOf } from '../proxies.ts'
import { backendName } from '../tls.ts'
import { type Family, type Subject, type Wrong, writtenServices, wrong } from './subject.ts'

/** Rules about TLS between those that balance and those that serve. */
export const backendTlsRules = {
  'backend-tls-unspoken': {
    severity: 'error',
    reason: 'TLS with realservers takes a balancer that speaks it, and realservers that have a certificate.',
    source: 'nginx, proxy_ssl; HAProxy, 5.2, ssl',
    find: backendsCanSpeak,
  },
  'backend-tls-unknown': {
    severity: 'error',
    reason: 'Without an authority and a name, anybody between balancer and realserver can pretend to be one.',
    source: 'nginx, proxy_ssl_verify; HAProxy, 5.2, verify',
    find: backendsAreKnown,
  },
} satisfies Family<'backend-tls'>

function backendsCanSpeak(subject: Subject): readonly Wrong[] {
  const { cluster } = subject
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { backend_tls: behind, protocol } = service
    if (!behind) return []
    const at = [...path, 'backend_tls']
    const problem = (message: string, next: string, ...more: readonly PropertyKey[]) => [
      wrong(subject, [...at, ...more], message, next),
    ]
    if (protocol === 'udp') return problem('TLS is spoken over tcp', 'Leave it out.')
    if (cluster.balancer === 'none')
      return problem(
        'directors that hold a VIP serve it themselves, and there is nobody behind them',
        'Write tls, with the certificates that clients are to see.',
      )
    if (cluster.behind)
      return problem(
        `what ${cluster.behind.name} speaks on this port is said there`,
        `Write tls in the service of the cluster ${cluster.behind.name}.`,
      )
    const backend = backendOn(cluster, service)
    if (backend === 'tomcat')
      return problem(
        'Tomcat of the realservers speaks plain HTTP here',
        'Leave it out; or set backend: none, and let a server of yours speak TLS.',
      )
    if (backend === 'nginx')
      return behind.certificates
        ? []
        : problem(
            'nginx of the realservers has no certificate to speak TLS with',
            'Add certificates: [{ certificate: …, key: … }].',
          )
    return behind.certificates
      ? problem(
          'the realservers run a server of your own, which has its certificates itself',
          'Leave certificates out, or set backend: nginx.',
          'certificates',
        )
      : []
  })
}

function backendsAreKnown(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { backend_tls: behind, mode } = service
    if (!behind || subject.cluster.behind) return []
    const at = [...path, 'backend_tls']
    if (!proxyOf(subject.cluster) || mode === 'tcp')
      return [
        ...(behind.authority === undefined ? [] : ['authority']),
        ...(behind.verify ? [] : ['verify']),
      ].map((word) =>
        wrong(
          subject,
          [...at, word],
          `what clients and realservers say to each other is passed on unread: nobody looks at ${word}`,
          'Leave it out.',
        ),
      )
    if (!behind.verify)
      return behind.authority === undefined
        ? []
        : [
            wrong(
              subject,
              [...at, 'authority'],
              'verify: false takes any certificate, whoever signed it',
              'Leave one of the two out.',
            ),
          ]
    if (behind.authority === undefined)
      return [
        wrong(
          subject,
          at,
          'nothing says who signs the certificates of the realservers: anybody between could pretend to be one',
          'Add authority: and the certificate that signs theirs; or write verify: false, and let anybody.',
        ),
      ]
    if (backendName(service) !== undefined) return []
    return [
      wrong(
        subject,
        at,
        'nothing says which name is in the certificates of the realservers: that of another machine would do',
        'Add name: and the name that all of theirs are for.',
      ),
    ]
  })
}
