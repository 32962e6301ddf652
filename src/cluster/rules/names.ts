import { isFor, namesIn, type ReadPair, readPair } from '../certificates.ts'
import { proxyOf } from '../proxies.ts'
import {
  type Family,
  listedServices,
  type Subject,
  sharingPorts,
  type WrittenService,
  type Wrong,
  wrong,
} from './subject.ts'

/** Rules about services that share a port by names. */
export const nameRules = {
  'name-uncovered': {
    severity: 'error',
    reason: 'A client that is shown a certificate for other names goes no further.',
    source: 'RFC 9525, 6',
    find: hostsAreCovered,
  },
  'name-certificate-twice': {
    severity: 'error',
    reason: 'A client that asks for a name can be shown one certificate only.',
    source: 'RFC 6066, 3',
    find: portsHaveOneForEach,
  },
  'name-port-otherwise': {
    severity: 'error',
    reason: 'How a port is listened to is settled before the client says which name it asks for.',
    source: 'nginx, listen; HAProxy, bind',
    find: portsSpeakAlike,
  },
  'name-lines-homeless': {
    severity: 'error',
    reason: 'HAProxy has lines of a service in its backend, and what only redirects has none.',
    source: 'HAProxy, 4.1',
    find: linesHaveAPlace,
  },
} satisfies Family<'name'>

/** A certificate with its key, and the place it is written at. */
interface Placed extends ReadPair {
  readonly path: readonly PropertyKey[]
}

/** Certificates of all services on a port, each with its place. */
function pairsOn(port: number, list: readonly WrittenService[]): readonly Placed[] {
  return list
    .filter(({ service }) => service.port === port)
    .flatMap(({ path, service: { tls } }) =>
      (tls?.certificates ?? []).map((pair, index) => ({
        ...readPair(pair),
        path: [...path, 'tls', 'certificates', index],
      })),
    )
}

/** Services that share a port show each other's certificates. */
function hostsAreCovered(subject: Subject): readonly Wrong[] {
  const listed = listedServices(subject)
  return listed.flatMap((written) => {
    const { path, service } = written
    const siblings = listed.filter((one) => one.list === written.list)
    const pairs = pairsOn(service.port, siblings)
    const all = pairs.flatMap(({ chain: [own] }) => own ?? [])
    if (all.length === 0 || all.length < pairs.length) return []
    // Services of a port often share what they serve with.
    const known = [...new Set(all.flatMap(namesIn))].join(', ')
    const asked = [
      ...(service.hosts ?? []).map((name, index) => ({ name, at: [...path, 'hosts', index] })),
      ...service.routes.flatMap(({ hosts = [] }, nth) =>
        hosts.map((name, index) => ({ name, at: [...path, 'routes', nth, 'hosts', index] })),
      ),
    ]
    return asked.flatMap(({ name, at }) =>
      all.some((one) => isFor(one, name))
        ? []
        : [
            wrong(
              subject,
              at,
              `no certificate of port ${service.port} is for ${name}: they are for ${known || 'no name'}`,
              'Have one made that is, or take the name out.',
            ),
          ],
    )
  })
}

function portsHaveOneForEach(subject: Subject): readonly Wrong[] {
  const listed = listedServices(subject)
  return listed.flatMap(({ service, list, siblings, path }) => {
    const before = pairsOn(
      service.port,
      listed.filter((one) => one.list === list && siblings.includes(one.service)),
    )
    return pairsOn(service.port, [{ path, service, list, siblings }]).flatMap(
      ({ chain: [own], path: at }) => {
        const names = own ? namesIn(own) : []
        const other = before.find(
          ({ chain: [one] }) =>
            one && own && !one.raw.equals(own.raw) && namesIn(one).some((name) => names.includes(name)),
        )
        if (!other) return []
        return [
          wrong(
            subject,
            [...at, 'certificate'],
            `port ${service.port} has another certificate for the same name, in ${other.path.join('.')}: a client that asks for it can be shown one only`,
            "Take one of them out: services on the same port show each other's certificates.",
          ),
        ]
      },
    )
  })
}

/** A port is listened to in one way, whatever name is asked for later. */
function portsSpeakAlike(subject: Subject): readonly Wrong[] {
  const balancer = proxyOf(subject.cluster)
  if (!balancer) return []
  return sharingPorts(subject).flatMap(([first, ...others]) =>
    others.flatMap(({ path, service }) => {
      if (!first) return []
      const at = first.path.join('.')
      if (service.mode !== first.service.mode)
        return [
          wrong(
            subject,
            [...path, 'mode'],
            `port ${service.port} has mode: ${first.service.mode} in ${at}, and can have one only`,
            'Write the same in both, or use another port.',
          ),
        ]
      const differing = (
        ['proxy_protocol', 'limits', 'compress', 'static_max_age', 'security_headers'] as const
      ).filter((word) => JSON.stringify(first.service[word]) !== JSON.stringify(service[word]))
      const [differs] = differing
      if (differs !== undefined)
        return [
          wrong(
            subject,
            [...path, differs],
            `port ${service.port} has another ${differing.join(', ')} in ${at}, or none: ${differing.length > 1 ? 'they count' : 'it counts'} before a name does`,
            'Write the same in both.',
          ),
        ]
      const [one, other] = [first.service.tls, service.tls]
      if (one && other && one.http3 !== other.http3)
        return [
          wrong(
            subject,
            [...path, 'tls', 'http3'],
            `port ${service.port} has http3: ${one.http3} in ${at}: whether it is spoken there is settled before a name counts`,
            'Write the same in both.',
          ),
        ]
      if (!one || !other || one.minimum === other.minimum) return []
      return [
        wrong(
          subject,
          [...path, 'tls', 'minimum'],
          `port ${service.port} has minimum: ${one.minimum} in ${at}: which version is spoken is settled before a name counts`,
          'Write the same in both.',
        ),
      ]
    }),
  )
}

/** HAProxy has lines of a service in its backend, and what only sends some names elsewhere has none. */
function linesHaveAPlace(subject: Subject): readonly Wrong[] {
  if (subject.cluster.balancer !== 'haproxy') return []
  return sharingPorts(subject).flatMap((sharing) =>
    sharing.flatMap(({ path, service: { redirect, extra, hosts, routes } }) =>
      redirect !== undefined &&
      typeof extra === 'string' &&
      (hosts || routes.length > 0 || sharing.length > 1)
        ? [
            wrong(
              subject,
              [...path, 'extra'],
              'HAProxy has no section for names that are only sent elsewhere, where these lines could stand',
              'Leave it out; or write extra: { frontend: … }, which counts for the whole port.',
            ),
          ]
        : [],
    ),
  )
}
