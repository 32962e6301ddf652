import { didYouMean } from '../../model/suggest.ts'
import { bothAtOnce } from '../both.ts'
import type { Member } from '../cluster.ts'
import { proxyOf } from '../proxies.ts'
import { behindOf } from '../tiers.ts'
import type { ClusterSettings } from '../vocabulary/index.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about clusters of which one stands behind another. */
export const tierRules = {
  'tier-circle': {
    severity: 'error',
    reason: 'Of clusters that stand behind each other in a circle nobody would be asked first.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: circleOf,
  },
  'tier-no-vip': {
    severity: 'error',
    reason: 'Without a VIP clients have nothing to ask.',
    source: 'docs/inventory.md, cluster.vips',
    find: straight(vipsExist),
  },
  'tier-nobody-behind': {
    severity: 'error',
    reason: 'A cluster that is named as the one behind must be in the inventory, and another one.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(theOneBehindExists),
  },
  'tier-front-proxy': {
    severity: 'error',
    reason:
      'A proxy before another one speaks in the place of clients, and the one behind sees none of them.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(onlyKernelsStandBefore),
  },
  'tier-two-fronts': {
    severity: 'error',
    reason: 'The machines behind would be told two things about which VIPs are theirs.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(oneStandsBefore),
  },
  'tier-realservers': {
    severity: 'error',
    reason: 'The realservers of the first tier are the directors of the second, all of them and nobody else.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(realserversAreOfTheOneBehind),
  },
  'tier-behind-kernel': {
    severity: 'error',
    reason: 'A kernel does not balance what another sends it as clients sent it.',
    source: 'LVS-HOWTO, LVS-DR',
    find: straight(proxiesStandBehind),
  },
  'tier-third': {
    severity: 'error',
    reason: 'A tier is either before another one or behind one.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(twoTiersAtMost),
  },
  'tier-machine-twice': {
    severity: 'error',
    reason: 'Each machine is told of one cluster, and has its part there.',
    source: 'docs/inventory.md, cluster',
    find: straight(machinesHaveOneTier),
  },
  'tier-serves': {
    severity: 'error',
    reason: 'A balancer of the second tier that serves as well would be asked twice.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(balancersServeNothing),
  },
} satisfies Family<'tier'>

/** Of a circle nothing else makes sense. */
export function straight(
  find: (subject: Subject) => readonly Wrong[],
): (subject: Subject) => readonly Wrong[] {
  return (subject) => (circleOf(subject).length > 0 ? [] : find(subject))
}

function vipsExist(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (cluster.front !== undefined || settings.vips.length > 0) return []
  return [
    wrong(
      subject,
      ['vips'],
      `the cluster ${cluster.name} has no VIP: clients would have nothing to ask`,
      'List one, such as vips: [{ address: 10.0.0.100, vrid: 51 }]; or, where it stands behind another cluster, write ' +
        `backend: { cluster: ${cluster.name} } in that one.`,
    ),
  ]
}

/** The words of each cluster of the inventory, by its name; its first host has them. */
function wordsOf(all: readonly Member[]): ReadonlyMap<string, ClusterSettings> {
  const words = new Map<string, ClusterSettings>()
  for (const { cluster } of all) if (cluster && !words.has(cluster.name)) words.set(cluster.name, cluster)
  return words
}

function theOneBehindExists(subject: Subject): readonly Wrong[] {
  const { settings, all, cluster } = subject
  const behind = behindOf(settings)
  const path = ['backend', 'cluster']
  if (behind === undefined || (cluster.behind && behind !== settings.name)) return []
  if (behind === settings.name)
    return [
      wrong(
        subject,
        path,
        `the cluster ${behind} cannot stand behind itself`,
        'Name the cluster whose directors are the realservers of this one.',
      ),
    ]
  const known = [...wordsOf(all).keys()].filter((name) => name !== settings.name)
  // Where others stand in the way, these are told.
  if (known.includes(behind)) return []
  const meant = didYouMean(behind, known)
  return [
    wrong(
      subject,
      path,
      `there is no cluster ${behind} in the inventory`,
      meant === undefined
        ? `Set the variable cluster with name: ${behind} for the machines behind, in their group.`
        : `Did you mean ${meant}?`,
    ),
  ]
}

function onlyKernelsStandBefore(subject: Subject): readonly Wrong[] {
  const { settings } = subject
  const behind = behindOf(settings)
  if (behind === undefined || settings.balancer === 'ipvs') return []
  return [
    wrong(
      subject,
      ['backend', 'cluster'],
      settings.balancer === 'none'
        ? `with balancer: none nothing is sent to the cluster ${behind}`
        : `${settings.balancer} would speak with clients in the place of the cluster ${behind}, which would see none of them`,
      'Set balancer: ipvs, which passes packets on as clients sent them; or give the realservers to this cluster itself.',
    ),
  ]
}

/** The machines behind would be told two things about which VIPs are theirs. */
function oneStandsBefore(subject: Subject): readonly Wrong[] {
  const { settings, all } = subject
  const behind = behindOf(settings)
  if (behind === undefined) return []
  const fronts = [...wordsOf(all).values()].filter((other) => behindOf(other) === behind)
  const [first] = fronts
  if (!first || first.name === settings.name) return []
  return [
    wrong(
      subject,
      ['backend', 'cluster'],
      `the cluster ${behind} stands behind ${first.name} already`,
      `List the VIPs of both in ${first.name}, and its directors with them.`,
    ),
  ]
}

function realserversAreOfTheOneBehind(subject: Subject): readonly Wrong[] {
  const { settings, members } = subject
  const behind = behindOf(settings)
  if (behind === undefined) return []
  const group = settings.realservers
  const next = `Leave realservers out, and give the machine to ${behind}; or set backend to what the realservers run.`
  if (group !== 'realservers')
    return [
      wrong(
        subject,
        ['realservers'],
        `the realservers of ${settings.name} are the directors of ${behind}, and not the group ${group}`,
        next,
      ),
    ]
  return members
    .filter(({ groups }) => groups.includes(group))
    .map(({ name }) => ({
      severity: 'error',
      message: `${name} is a realserver of ${settings.name}, whose realservers are the directors of ${behind}`,
      next,
      host: name,
      path: ['cluster', 'backend'],
    }))
}

function proxiesStandBehind(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (cluster.front === undefined || proxyOf(settings)) return []
  return [
    wrong(
      subject,
      ['balancer'],
      settings.balancer === 'ipvs'
        ? `the cluster ${cluster.name} stands behind ${cluster.front}, and a kernel does not balance what another sends it as clients sent it`
        : `the cluster ${cluster.name} stands behind ${cluster.front}, and balances nothing`,
      settings.balancer === 'ipvs'
        ? 'Set balancer: nginx or haproxy.'
        : `Set balancer: nginx or haproxy; or make its machines the realservers of ${cluster.front}.`,
    ),
  ]
}

function circleOf(subject: Subject): readonly Wrong[] {
  const { settings, all } = subject
  const words = wordsOf(all)
  const seen = [settings.name]
  let at = behindOf(settings)
  while (at !== undefined && !seen.includes(at)) {
    seen.push(at)
    const next = words.get(at)
    at = next && behindOf(next)
  }
  if (at !== settings.name || seen.length === 1) return []
  return [
    wrong(
      subject,
      ['backend', 'cluster'],
      `${[...seen, at].join(' stands before ')}: nobody would be the first`,
      'Set backend to what the realservers run: nginx, tomcat or none.',
    ),
  ]
}

function twoTiersAtMost(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  const behind = behindOf(settings)
  if (cluster.front === undefined || behind === undefined || behind === settings.name) return []
  return [
    wrong(
      subject,
      ['backend', 'cluster'],
      `${cluster.name} stands behind ${cluster.front} and before ${behind}: a third tier is nobody's`,
      'Set backend to what the realservers run: nginx, tomcat or none.',
    ),
  ]
}

/** Each machine is told of one cluster, and has its part there. */
function machinesHaveOneTier(subject: Subject): readonly Wrong[] {
  const { settings, members, all } = subject
  const behind = wordsOf(all).get(behindOf(settings) ?? '')
  if (!behind || behind.name === settings.name) return []
  const strayed = (words: typeof settings, others: readonly Member[], own: readonly string[]) =>
    (['directors', 'realservers'] as const).flatMap((part) =>
      others
        .filter(({ groups }) => groups.includes(words[part]) && !own.includes(words[part]))
        .map((member) => ({ member, words, group: words[part] })),
    )
  const ofFront = [settings.directors, settings.clients]
  const ofBehind = [behind.directors, behind.realservers]
  const inner = all.filter(({ cluster }) => cluster?.name === behind.name)
  return [...strayed(behind, members, ofFront), ...strayed(settings, inner, ofBehind)].map(
    ({ member, words, group }) => ({
      severity: 'error',
      message: `${member.name} is in the group ${group} of the cluster ${words.name}, and is told of ${member.cluster?.name}: a machine stands in one tier`,
      next: `Set the variable cluster of ${words.name} for it, in its group; or take it out of the group ${group}.`,
      host: member.name,
      path: ['cluster', 'name'],
    }),
  )
}

function balancersServeNothing({ cluster }: Subject): readonly Wrong[] {
  if (cluster.front === undefined) return []
  return bothAtOnce(cluster).map((host) => ({
    severity: 'error',
    message: `${host} is director and realserver of ${cluster.name}, which stands behind ${cluster.front}: a machine stands in one tier`,
    next: `Take ${host} out of one of the two groups.`,
    host,
    path: ['cluster'],
  }))
}
