import { type Cluster, rolloutOrder, tierServedBy } from '../cluster/index.ts'
import { type FeltClass, isMore, mostOf } from '../model/impact.ts'
import { changeOf, type Plan } from '../model/plan.ts'
import type { Play } from '../model/task.ts'
import { type Vrrp, vrrpIn } from './vrrp.ts'

/** The most that users feel of what a play does, and waves could spare them, on each host on which it does anything. */
export function feltIn({ hosts }: Plan, play: string): ReadonlyMap<string, FeltClass> {
  return new Map(
    hosts.flatMap(({ host, steps }) => {
      const own = steps.filter((step) => step.play === play && changeOf(step) !== undefined)
      if (own.length === 0) return []
      return [[host, mostOf(own.map(({ felt }) => felt?.sparable ?? felt?.class ?? 'none'))] as const]
    }),
  )
}

/**
 * Addresses of a host that it speaks of otherwise once the plan is carried out: the directors that are yet to be changed, and those that
 * were before it, do not hear it meanwhile, so that it cannot hand them over.
 */
export function spokenOtherwise({ hosts }: Plan, host: string): ReadonlySet<string> {
  const steps = hosts.find((one) => one.host === host)?.steps ?? []
  const texts = steps.flatMap((step) =>
    (changeOf(step)?.differences ?? []).flatMap((one) =>
      one.is === 'text' && one.path.endsWith('/keepalived.conf') ? [one] : [],
    ),
  )
  return new Set(
    texts.flatMap(({ before = '', after = '' }) => {
      const manner = ({ identity, agreement }: Vrrp) => JSON.stringify([identity, agreement])
      const old = vrrpIn(before).flatMap((one) =>
        one.addresses.map((address) => [address, manner(one)] as const),
      )
      const known = new Map(old)
      return vrrpIn(after).flatMap((one) =>
        one.addresses.filter((address) => known.has(address) && known.get(address) !== manner(one)),
      )
    }),
  )
}

/** Is it more than a service that reads its configuration anew? */
export function isDisturbed(felt: FeltClass | undefined): boolean {
  return isMore(felt ?? 'none', 'reload')
}

/**
 * Waves in which users keep being served: hosts of which they feel nothing are one, then come those of which they would, realservers
 * before directors. What a director has is told otherwise while a realserver is out of its pools, so that it is not asked meanwhile,
 * nor changed. Of the realservers of a service at most a quarter go together, but at least one; directors go one by one.
 */
export function rollingWaves(
  { name }: Pick<Play, 'name'>,
  waves: Play['waves'],
  plan: Plan,
  clusters: readonly Cluster[],
): Play['waves'] {
  const felt = feltIn(plan, name)
  return waves.flatMap((wave) => {
    const disturbed = wave.filter((host) => isDisturbed(felt.get(host)))
    if (disturbed.length === 0) return [wave]
    const quiet = wave.filter((host) => !disturbed.includes(host))
    const ordered = rolloutOrder(clusters, disturbed)
    return [...(quiet.length > 0 ? [quiet] : []), ...fewAtATime(ordered, clusters)]
  })
}

function fewAtATime(hosts: readonly string[], clusters: readonly Cluster[]): readonly (readonly string[])[] {
  const groups: string[][] = []
  for (const host of hosts) {
    const last = groups.at(-1)
    if (last && areFew([...last, host], clusters)) last.push(host)
    else groups.push([host])
  }
  return groups
}

/** Are all of these realservers, and of each service at most a quarter? */
function areFew(group: readonly string[], clusters: readonly Cluster[]): boolean {
  const tiers = group.map((host) => {
    const isDirector = clusters.some(({ directors }) => directors.some((one) => one.host === host))
    return isDirector ? undefined : clusters.flatMap((one) => tierServedBy(one, host) ?? [])[0]
  })
  return tiers.every((tier) => {
    if (!tier) return false
    const all = tier.realservers.map(({ host }) => host)
    return tier.vips
      .flatMap(({ services }) => services)
      .every(({ pool = all }) => {
        const out = group.filter((host) => pool.includes(host)).length
        return out <= Math.max(1, Math.floor(pool.length / 4))
      })
  })
}
