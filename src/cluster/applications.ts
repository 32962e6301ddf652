import type { Application, ApplicationSource } from './application.ts'
import type { Cluster, Member, Service } from './cluster.ts'
import { inGroupOf } from './hosts.ts'
import type { ApplicationSettings, ClusterSettings } from './vocabulary/index.ts'

/** The applications of a cluster whose realservers answer to these services. */
export function applicationsOf(
  { applications, realservers }: ClusterSettings,
  services: readonly Service[],
  members: readonly Member[],
): readonly Application[] {
  const inGroup = inGroupOf(members)
  const all = inGroup(realservers).map(({ name }) => name)
  return applications.map((one) => {
    const own = inGroup(one.realservers ?? realservers).map(({ name }) => name)
    const serving = services.filter(({ redirect }) => !redirect)
    const port = one.port ?? serving[0]?.backendPort ?? 80
    const spoken = serving.find(({ backendPort }) => backendPort === port)
    return {
      name: one.name,
      kind: one.kind,
      source: sourceOf(one),
      ...(one.version === undefined ? {} : { version: one.version }),
      health: {
        ...one.health,
        path: `${contextOf(one) === '/' ? '' : contextOf(one)}${one.health.path}`,
        scheme: spoken?.backendTls ? 'https' : 'http',
        ...(spoken?.proxyProtocol.out ? { hearsProxy: true as const } : {}),
      },
      keep: one.keep,
      hosts: all.filter((host) => own.includes(host)),
      port,
      ...(one.kind === 'war' ? { context: one.context } : {}),
      ...(one.kind === 'service'
        ? {
            service: {
              command: one.command,
              user: one.user ?? one.name,
              environment: Object.entries({ PORT: port, ...one.environment }).map(
                ([name, value]) => [name, String(value)] as const,
              ),
              packages: one.packages,
            },
          }
        : {}),
    }
  })
}

function sourceOf({ source }: ApplicationSettings): ApplicationSource {
  const { directory, archive, git, ref = 'HEAD' } = source
  const within = source.within === undefined ? {} : { within: source.within }
  if (git !== undefined) return { git, ref, ...within }
  return archive === undefined ? { directory: directory ?? '' } : { archive, ...within }
}

/** Pages of a web application are said from its own root. */
function contextOf(one: ApplicationSettings): string {
  return one.kind === 'war' ? one.context : '/'
}

/** The unit that runs a service. */
export function unitOf({ name }: Pick<Application, 'name'>): string {
  return `app-${name}.service`
}

/** Where the versions of an application lie, the link to the one that serves, and what is known of them. */
export function placeOf({ name }: Pick<Application, 'name'>): {
  readonly base: string
  readonly current: string
  readonly state: string
} {
  return {
    base: `/srv/${name}`,
    current: `/srv/${name}/current`,
    state: `/var/lib/understudy/applications/${name}`,
  }
}

/**
 * Where what a host serves on a port lies: the site that has the port, or the first one where none has it. Undefined where it serves
 * no site.
 */
export function siteOn(
  applications: readonly Application[],
  host: string,
  port?: number,
): string | undefined {
  const sites = applications.filter(({ kind, hosts }) => kind === 'site' && hosts.includes(host))
  const site = sites.find((one) => one.port === port) ?? sites[0]
  return site && placeOf(site).current
}

/** The sites of a host that have a port of their own beside the first one. */
export function otherSitesOf({ applications }: Pick<Cluster, 'applications'>, host: string) {
  return applications
    .filter(({ kind, hosts }) => kind === 'site' && hosts.includes(host))
    .slice(1)
    .map((site) => ({ port: site.port, root: placeOf(site).current }))
}

/** What a role is told of the applications that a host runs. */
export function applicationVariables(applications: readonly Application[], host: string) {
  return applications
    .filter(({ hosts }) => hosts.includes(host))
    .map((one) => ({
      name: one.name,
      kind: one.kind,
      port: one.port,
      current: placeOf(one).current,
      /** Files of Tomcat are named by the context, its root by ROOT. */
      context: one.context === undefined ? null : one.context.slice(1) || 'ROOT',
      unit: unitOf(one),
      user: one.service?.user ?? null,
      packages: one.service?.packages ?? [],
      release: one.release?.id ?? '',
      /** Its fields of the kind `release`. */
      ...(one.release ? { sum: one.release.sum } : { sum: '' }),
      command: one.service?.command ?? null,
      environment: Object.fromEntries(one.service?.environment ?? []),
      keep: one.keep,
    }))
}
