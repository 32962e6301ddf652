import { backendOn } from '../own-servers.ts'
import { writtenPool } from './pools.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type WrittenService,
  type Wrong,
  writtenChecks,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about servers of the user's own beside those of the backend. */
export const ownServerRules = {
  'own-server-shares-port': {
    severity: 'error',
    reason: 'Of two servers on one port of a machine the second does not start.',
    source: 'docs/inventory.md, services[].backend',
    find: portsHaveOneServer,
  },
  'own-server-unsaid': {
    severity: 'warning',
    reason:
      'What is passed on unread, and asked for no page, is seldom a page: the web server of the realservers would take the port of the server that is meant.',
    source: 'docs/inventory.md, services[].backend',
    find: pagesAreMeant,
  },
  'own-server-unasked-port': {
    severity: 'warning',
    reason: 'A check of a port on which nobody listens takes every realserver out.',
    source: 'keepalived.conf(5), connect_port; HAProxy, 5.2, port',
    find: checkedPortsAreServed,
  },
} satisfies Family<'own-server'>

const portOf = ({ service }: WrittenService) => service.backend_port ?? service.port

/** Those that send something to realservers by TCP or UDP. */
function serving(subject: Subject): readonly WrittenService[] {
  return writtenServices(subject).filter(
    ({ service }) => service.redirect === undefined && service.pool === undefined,
  )
}

/** A port of a realserver is the backend's for one service, and somebody else's for another. */
function portsHaveOneServer(subject: Subject): readonly Wrong[] {
  const { cluster } = subject
  if (cluster.backend === 'none') return []
  const all = serving(subject)
  return all.flatMap((one) => {
    if (one.service.backend === undefined) return []
    const own = writtenPool(subject, one.service).map(({ host }) => host)
    const other = all.find(
      (also) =>
        portOf(also) === portOf(one) &&
        also.service.protocol === one.service.protocol &&
        backendOn(cluster, also.service) !== 'none' &&
        (cluster.balancer === 'none' ||
          writtenPool(subject, also.service).some(({ host }) => own.includes(host))),
    )
    if (!other) return []
    return [
      wrong(
        subject,
        [...one.path, 'backend'],
        `port ${portOf(one)} would be that of a server of your own, and for ${other.path.join('.')} that of the ${cluster.backend} of the realservers`,
        'Say the same of both; or give one of them another port of the realservers, or others of them.',
      ),
    ]
  })
}

/** nginx, Apache and Tomcat take every port of a service that nobody says is another server's. */
function pagesAreMeant(subject: Subject): readonly Doubt[] {
  const { cluster } = subject
  const all = serving(subject)
  const isAsked = ({ service: { mode, check, backend_tls: tls } }: WrittenService) =>
    mode === 'http' || 'path' in check || tls !== undefined
  const pages = new Set(all.filter(isAsked).map(portOf))
  return all
    .filter((one) => !pages.has(portOf(one)) && one.service.protocol === 'tcp')
    .flatMap(({ path, service }) => {
      const backend = backendOn(cluster, service)
      if (backend === 'none') return []
      const port = service.backend_port ?? service.port
      return [
        doubtful(
          subject,
          [...path, 'mode'],
          `what comes to port ${service.port} is passed on unread, and nobody asks it for a page: the ${backend} of the realservers will serve pages on port ${port} all the same`,
          'Write backend: none, if a server of your own has that port; or check: { type: http }.',
        ),
      ]
    })
}

/** The server of the backend listens on ports of services; on any other port nobody does that the inventory knows of. */
function checkedPortsAreServed(subject: Subject): readonly Doubt[] {
  const { cluster, settings } = subject
  if (cluster.balancer === 'nginx') return []
  const served = new Set(serving(subject).map(portOf))
  const lines = JSON.stringify(settings.extra)
  return writtenChecks(subject).flatMap(({ path, check, service }) => {
    const port = 'port' in check ? check.port : undefined
    if (port === undefined || served.has(port) || backendOn(cluster, service) === 'none') return []
    if (new RegExp(`\\b${port}\\b`).test(lines)) return []
    return [
      doubtful(
        subject,
        [...path, 'port'],
        `port ${port} of the realservers is asked whether they are well, and the ${cluster.backend} there listens on ${[...served].join(', ')} alone`,
        'Leave port out; or have something of your own answer there.',
      ),
    ]
  })
}
