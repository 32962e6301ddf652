import { clipped } from '../../model/quoted.ts'
import { didYouMean } from '../../model/suggest.ts'
import { inGroupOf } from '../hosts.ts'
import { countsWeights } from '../schedulers.ts'
import { behindOf } from '../tiers.ts'
import type { ServiceSettings } from '../vocabulary/index.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type Wrong,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about services that only some of the realservers serve. */
export const poolRules = {
  'pool-strangers': {
    severity: 'error',
    reason: 'A pool takes its members from the realservers of its cluster.',
    source: 'docs/inventory.md, services[].realservers',
    find: poolsAreOfRealservers,
  },
  'pool-alone': {
    severity: 'warning',
    reason: 'A realserver that is alone in its pool is missed by all clients of it.',
    source: 'docs/inventory.md, services[].realservers',
    find: poolsHaveAnother,
  },
  'pool-nobody-asks': {
    severity: 'warning',
    reason: 'A realserver that no service names waits for nothing.',
    source: 'docs/inventory.md, services[].realservers',
    find: everybodyServes,
  },
  'pool-backups-nobody': {
    severity: 'error',
    reason: 'Who steps in for the others of a pool is a realserver of it.',
    source: 'docs/inventory.md, pools.*.backups',
    find: backupsAreOfMembers,
  },
  'pool-weights-nobody': {
    severity: 'error',
    reason: 'A weight is that of a realserver of its pool, and counts where the scheduler counts weights.',
    source: 'docs/inventory.md, pools.*.weights',
    find: weightsAreOfMembers,
  },
} satisfies Family<'pool'>

/** The realservers that serve a service as written, with their weights. */
export function writtenPool(
  subject: Subject,
  { realservers }: ServiceSettings,
): Subject['cluster']['realservers'] {
  return membersOf(subject, realservers)
}

function membersOf(
  { cluster, members }: Subject,
  group: string | undefined,
): Subject['cluster']['realservers'] {
  if (group === undefined) return cluster.realservers
  const names = new Set(inGroupOf(members)(group).map(({ name }) => name))
  return cluster.realservers.filter(({ host }) => names.has(host))
}

function named(subject: Subject) {
  if (subject.cluster.balancer === 'none') return []
  return writtenServices(subject).flatMap(({ path, service }) =>
    service.realservers === undefined
      ? []
      : [{ path: [...path, 'realservers'], service, group: service.realservers }],
  )
}

function poolsAreOfRealservers(subject: Subject): readonly Wrong[] {
  const { settings, members, cluster } = subject
  const behind = behindOf(settings)
  const own = new Set(cluster.realservers.map(({ host }) => host))
  return named(subject).flatMap(({ path, group }) => {
    if (behind !== undefined)
      return [
        wrong(
          subject,
          path,
          `the realservers of ${settings.name} are the directors of ${behind}, all of them`,
          `Leave realservers out here; services of ${behind} may name those behind it.`,
        ),
      ]
    const inGroup = inGroupOf(members)(group)
    if (inGroup.length === 0) return [nobodyIn(subject, path, group)]
    const [stranger] = inGroup.filter(({ name }) => !own.has(name))
    if (!stranger) return []
    return [
      wrong(
        subject,
        path,
        `${stranger.name} of the group ${clipped(group)} is no realserver of the cluster: it is not in the group ${settings.realservers}`,
        `Make ${group} one of the children of ${settings.realservers}, or name a group whose hosts are all in it.`,
      ),
    ]
  })
}

function nobodyIn(subject: Subject, path: readonly PropertyKey[], group: string): Wrong {
  const known = [...new Set(subject.all.flatMap(({ groups }) => groups))].toSorted()
  const meant = didYouMean(group, known)
  return wrong(
    subject,
    path,
    `no host of the cluster is in the group ${clipped(group)}: nobody would serve this`,
    meant === undefined ? 'Name a group of realservers, or leave it out.' : `Did you mean ${meant}?`,
  )
}

/** One that is alone in its pool is missed by all of its clients. */
function poolsHaveAnother(subject: Subject): readonly Doubt[] {
  return named(subject).flatMap(({ path, service, group }) => {
    const pool = writtenPool(subject, service)
    const [only, ...others] = pool.filter(({ weight }) => weight > 0)
    if (pool.length > 0 && !only)
      // `ipvs-quorum` refuses it there.
      return subject.cluster.balancer === 'ipvs'
        ? []
        : [
            doubtful(
              subject,
              path,
              `every realserver of ${clipped(group)} has the weight 0: no client of ${whatOf(path, service)} would get an answer`,
              'Give at least one of them a weight above 0.',
            ),
          ]
    if (!only || others.length > 0) return []
    return [
      doubtful(
        subject,
        path,
        `${only.host} alone serves ${whatOf(path, service)}: nobody takes over when it fails`,
        `Add a second realserver to ${group}.`,
      ),
    ]
  })
}

function weightsAreOfMembers(subject: Subject): readonly Wrong[] {
  return Object.entries(subject.settings.pools).flatMap(([name, { scheduler, weights = {} }]) => {
    const hosts = Object.keys(weights)
    const path = ['pools', name, 'weights']
    if (hosts.length > 0 && !countsWeights(scheduler))
      return [
        wrong(
          subject,
          path,
          `scheduler: ${scheduler} of the pool ${name} counts no weights`,
          'Write scheduler: wrr or wlc, or leave weights out.',
        ),
      ]
    return strangersIn(
      subject,
      name,
      hosts.map((host) => ({ host, path: [...path, host] })),
    )
  })
}

function backupsAreOfMembers(subject: Subject): readonly Wrong[] {
  return Object.entries(subject.settings.pools).flatMap(([name, { backups = [] }]) =>
    strangersIn(
      subject,
      name,
      backups.map((host, index) => ({ host, path: ['pools', name, 'backups', index] })),
    ),
  )
}

/** Hosts that a pool speaks of by name, and that are none of its realservers. */
function strangersIn(
  subject: Subject,
  name: string,
  named: readonly { readonly host: string; readonly path: readonly PropertyKey[] }[],
): readonly Wrong[] {
  const members = membersOf(subject, subject.settings.pools[name]?.realservers).map(({ host }) => host)
  return named
    .filter(({ host }) => !members.includes(host))
    .map(({ host, path }) => {
      const meant = didYouMean(host, members)
      return wrong(
        subject,
        path,
        `${clipped(host)} is no realserver of the pool ${name}`,
        meant === undefined ? `It has ${members.join(', ')}.` : `Did you mean ${meant}?`,
      )
    })
}

/** What is served where a group is named. */
function whatOf([first, name]: readonly PropertyKey[], { port }: ServiceSettings): string {
  return first === 'pools' ? `the pool ${String(name)}` : `port ${port}`
}

/** A realserver that no service names waits for nothing. */
function everybodyServes(subject: Subject): readonly Doubt[] {
  const services = subject.cluster.vips.flatMap((vip) => vip.services).filter(({ redirect }) => !redirect)
  if (services.length === 0 || subject.cluster.balancer === 'none') return []
  // A group without hosts is told of by itself.
  if (services.some(({ pool }) => pool === undefined || pool.length === 0)) return []
  return subject.cluster.realservers
    .filter(({ host }) => services.every(({ pool = [] }) => !pool.includes(host)))
    .map(({ host }) => ({
      severity: 'warning',
      message: `${host} is in none of the groups that services name: nobody sends it anything`,
      next: 'Put it into one of these groups, or take it out of the realservers.',
      host,
      path: ['cluster', 'services'],
    }))
}
