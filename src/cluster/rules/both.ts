import { bothAtOnce } from '../both.ts'
import type { Service } from '../cluster.ts'
import { proxyOf } from '../proxies.ts'
import { type Family, type Subject, type Wrong, writtenServices, wrong } from './subject.ts'

/** Rules about machines that are director and realserver at once. */
export const bothRules = {
  'both-balanced-twice': {
    severity: 'error',
    reason:
      'A machine that holds the VIP for serving and for balancing balances again what another director sent it.',
    source: 'LVS-HOWTO, director as realserver; keepalived.conf(5), virtual_server fwmark',
    find: kernelsDoNotBalanceTwice,
  },
  'both-port-taken': {
    severity: 'error',
    reason: 'A balancer that listens on all addresses of a machine takes the port from the server beside it.',
    source: 'bind(2), EADDRINUSE',
    find: portsAreApart,
  },
} satisfies Family<'both'>

/** What goes wrong where the kernel of a machine balances what it is to serve. */
const kernels: Readonly<Record<Service['forwarding'], string>> = {
  dr: 'it would balance again what the other director sent it',
  tun: 'it would balance again what the other director sent it through the tunnel',
  nat: 'its answers leave through the gateway, which it holds itself once it is the master, and so past the director that translates them',
}

function kernelsDoNotBalanceTwice({ cluster }: Subject): readonly Wrong[] {
  if (cluster.balancer !== 'ipvs') return []
  const [service] = cluster.vips.flatMap(({ services }) => services)
  return bothAtOnce(cluster).map((host) => ({
    severity: 'error',
    message: `${host} is director and realserver at once: ${kernels[service?.forwarding ?? 'dr']}`,
    next: `Take ${host} out of one of the two groups; or set balancer: haproxy or nginx, which know each realserver by an address and a port of its own, with a backend_port that no client asks for.`,
    host,
    path: ['cluster'],
  }))
}

/** The balancer listens on all addresses of a machine, so that it need not wait for the VIP: the server beside it needs another port. */
function portsAreApart(subject: Subject): readonly Wrong[] {
  const proxy = proxyOf(subject.cluster)
  const [host] = bothAtOnce(subject.cluster)
  if (!proxy || host === undefined) return []
  const taken = new Set(subject.cluster.vips.flatMap(({ services }) => services.map(({ port }) => port)))
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { port, pool, backend_port: written } = service
    const usual = (service.backend ?? subject.cluster.backend) === 'tomcat' ? 8080 : undefined
    if (pool !== undefined) return []
    const behind = written ?? usual ?? port
    if (!taken.has(behind)) return []
    return [
      wrong(
        subject,
        [...path, written === undefined ? 'port' : 'backend_port'],
        `${host} is director and realserver at once: its ${proxy} takes port ${behind} on every address, and its server would need it, too`,
        `Write backend_port: ${freePort(taken)}, or another port that no client asks for.`,
      ),
    ]
  })
}

function freePort(taken: ReadonlySet<number>): number {
  let port = 8080
  while (taken.has(port)) port += 1
  return port
}
