import type { Facts } from '../../model/facts.ts'
import { changeOf, type Plan, type Step } from '../../model/plan.ts'
import { keepalivedMeans } from './keepalived.ts'
import { haproxyMeans, nginxMeans } from './proxies.ts'

/** A plan whose changes of configurations say what they mean to the cluster. */
export function withMeaning(plan: Plan, facts: ReadonlyMap<string, Facts>): Plan {
  const names = namesOf(facts)
  return {
    ...plan,
    hosts: plan.hosts.map(({ host, steps }) => ({
      host,
      steps: steps.map((step) => {
        const means = meaningOf(step, (address) => names.get(address))
        return means.length > 0 ? { ...step, means } : step
      }),
    })),
  }
}

/** What a step means, in sentences; none where it changes no configuration that was there. */
function meaningOf(step: Step, nameOf: (address: string) => string | undefined): readonly string[] {
  return (changeOf(step)?.differences ?? []).flatMap((one) => {
    // What is made anew is not compared with anything.
    if (one.is !== 'text' || one.before === undefined || one.after === undefined) return []
    const { path, before, after } = one
    if (/\/keepalived\.conf$/.test(path)) return keepalivedMeans(before, after, nameOf)
    if (/\/haproxy\.cfg$/.test(path)) return haproxyMeans(before, after)
    if (/\/nginx\/.*\.conf$/.test(path)) return nginxMeans(before, after, nameOf)
    return []
  })
}

/** Machines by their addresses; an address that several have, as a VIP on loopbacks, is nobody's name. */
function namesOf(facts: ReadonlyMap<string, Facts>): ReadonlyMap<string, string> {
  const names = new Map<string, string | undefined>()
  for (const [host, { interfaces }] of facts)
    for (const { address } of Object.values(interfaces).flatMap(({ addresses }) => addresses))
      names.set(address, names.has(address) ? undefined : host)
  return new Map(
    [...names].flatMap(([address, host]) => (host === undefined ? [] : [[address, host] as const])),
  )
}
