import { endpointOf } from '../model/endpoint.ts'
import type { Knowledge } from '../model/task.ts'
import { addressOf, factsOf } from './addresses-of.ts'
import { askedPort } from './asked-port.ts'
import type { Cluster, Director, Service, Vip } from './cluster.ts'
import { type OwnTimes, ownTimes } from './detection/own.ts'
import { type OwnDatagram, ownDatagramOf } from './own-datagrams.ts'
import { keepalivedFolder } from './programs.ts'
import { patternOf } from './statuses.ts'

/** How keepalived of a director asks a service of that director. */
export interface OwnCheck extends OwnTimes {
  /** Of the `vrrp_script`, and the word that our program is called with. */
  readonly name: string
  /** What keepalived runs, with its arguments. */
  readonly command: string
  readonly user: string
  /** What our program asks; `false`: the command is one of the user's. */
  readonly ask: OwnQuestion | false
}

/** Handlebars templates are strict, so nothing is ever absent. Of page, datagram and helo there is one, or none: a connection is opened. */
export interface OwnQuestion {
  /** The page that is asked for; empty where only a connection is opened. */
  readonly url: string
  /** As a pattern of the shell; empty where no page is asked for. */
  readonly status: string
  readonly host: string | false
  readonly address: string
  readonly port: number
  readonly datagram: OwnDatagram | false
  /** As whom a mail server is spoken to. */
  readonly helo: string | false
  /** Seconds. */
  readonly timeout: number
}

/**
 * The checks of a director that serves itself, and the names of those that decide about a VIP. A service that several VIPs
 * share is asked once. It is asked at the director's own address: it holds no VIP before it is elected. Throws NeedsFacts.
 */
export function ownChecksOf(
  cluster: Cluster,
  director: Director,
  known: Knowledge,
): { readonly all: readonly OwnCheck[]; readonly namesFor: (vip: Vip) => readonly string[] } {
  const checks = new Map<string, OwnCheck>()
  const names = new Map<Vip, readonly string[]>()
  for (const vip of cluster.balancer === 'none' ? cluster.vips : []) {
    const folder = keepalivedFolder(factsOf(known, director.host))
    const address = addressOf(cluster, vip, director, known)
    const own = vip.services.map((service) => {
      const key = JSON.stringify([address, service])
      const found =
        checks.get(key) ?? checkOf(cluster, service, { address, folder }, new Set(namesIn(checks)))
      checks.set(key, found)
      return found.name
    })
    names.set(vip, own)
  }
  return { all: [...checks.values()], namesFor: (vip) => names.get(vip) ?? [] }
}

function namesIn(checks: ReadonlyMap<string, OwnCheck>): readonly string[] {
  return [...checks.values()].map(({ name }) => name)
}

function checkOf(
  { backend }: Cluster,
  service: Service,
  { address, folder }: { readonly address: string; readonly folder: string },
  taken: ReadonlySet<string>,
): OwnCheck {
  const { protocol, port, check } = service
  const usual = `service_${protocol}_${port}`
  let name = usual
  for (let count = 2; taken.has(name); count++) name = `${usual}_${count}`
  const common = { name, ...ownTimes(service) }
  if (check.type === 'misc')
    return { ...common, command: `${check.program} ${address} ${port}`, user: check.user, ask: false }
  const asked = askedPort(check, port)
  const request = 'path' in check ? check : undefined
  return {
    ...common,
    command: `${folder}/check-service ${name}`,
    // Who starts a web server that is gone has to be root.
    user: backend === 'nginx' ? 'root' : 'nobody',
    ask: {
      datagram: ownDatagramOf(check) ?? false,
      helo: check.type === 'smtp' && (check.helo ?? 'localhost'),
      url: request ? `${request.type}://${endpointOf({ address, port: asked })}${request.path}` : '',
      status: request ? patternOf(request.status) : '',
      host: request?.host ?? false,
      address,
      port: asked,
      timeout: check.timeout,
    },
  }
}
