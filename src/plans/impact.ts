import {
  balancerDetection,
  type Cluster,
  packetMarksOf,
  proxyOf,
  rolloutOrder,
  tierServedBy,
} from '../cluster/index.ts'
import { endpointOf } from '../model/endpoint.ts'
import type { Facts } from '../model/facts.ts'
import {
  type Felt,
  type FeltAt,
  type FeltClass,
  feltTogether,
  mostOf,
  type PlanImpact,
} from '../model/impact.ts'
import { marksIn } from '../model/packet-marks.ts'
import { changeOf, type HostPlan, type Plan, type Step } from '../model/plan.ts'
import { startedBy } from '../model/starting.ts'
import { Addresses, type Effect, type Rewritten } from './addresses.ts'
import { lost, lostServers, otherRoutes } from './balanced.ts'
import { realserverFelt } from './behind.ts'
import { besideDetection, servingBeside } from './beside.ts'
import { concerns, rewritten } from './concerning.ts'
import { answers, servedPorts } from './served.ts'
import { spokenBy } from './spoken.ts'
import { vrrpIn } from './vrrp.ts'

/** What is known of the clusters that a plan is about. */
export interface Known {
  readonly clusters: readonly Cluster[]
  readonly facts: ReadonlyMap<string, Facts>
}

/** A plan with what users feel of each of its steps, and of all together. */
export interface JudgedPlan {
  readonly plan: Plan
  readonly impact: PlanImpact
}

/** Files in which directors are told whom to ask. */
const asking = /\/(keepalived|nginx)\.conf$|\/haproxy\.cfg$/

const nothing: Felt = { class: 'none', vips: [], why: [] }

/** Says what users of clusters feel of a plan, in the order in which it is carried out. */
export function impactOf(plan: Plan, { clusters, facts }: Known): JudgedPlan {
  const order = rolloutOrder(
    clusters,
    plan.hosts.map(({ host }) => host),
  )
  const inOrder = order.flatMap((host) => plan.hosts.find((one) => one.host === host) ?? [])
  const plays = [...new Set(plan.hosts.flatMap(({ steps }) => steps.map(({ play }) => play)))]
  const scenes = clusters.map((cluster) => new Scene(cluster, inOrder, facts))
  const felt = new Map<Step, Felt>()
  for (const play of plays)
    for (const { host, steps } of inOrder)
      for (const step of steps.filter((one) => one.play === play && changeOf(one)))
        felt.set(
          step,
          together(
            scenes.map((scene) => scene.feel(host, step)),
            step,
          ),
        )
  const hosts = plan.hosts.map(({ host, steps }) => ({
    host,
    steps: steps.map((step) => {
      const own = felt.get(step)
      return own ? { ...step, felt: own } : step
    }),
  }))
  return { plan: { ...plan, hosts }, impact: summed([...felt.values()], plan) }
}

/** What several clusters feel of a step; who is in none has only what the step does to its service. */
function together(all: readonly (Felt | undefined)[], step: Step): Felt {
  const own = all.flatMap((felt) => felt ?? [])
  if (own.length === 0) return { ...nothing, class: changeOf(step)?.impact ?? 'none' }
  return {
    class: mostOf(own.map((one) => one.class)),
    ...(own.some(({ sparable }) => sparable)
      ? { sparable: mostOf(own.map((one) => one.sparable ?? one.class)) }
      : {}),
    vips: feltTogether(own.flatMap(({ vips }) => vips)),
    why: [...new Set(own.flatMap(({ why }) => why))],
  }
}

function summed(all: readonly Felt[], { hosts }: Plan): PlanImpact {
  return {
    class: mostOf(all.map((one) => one.class)),
    vips: feltTogether(all.flatMap(({ vips }) => vips)),
    unknown: hosts.flatMap(({ steps }) => steps).filter(({ verdict }) => verdict.is === 'unknown').length,
  }
}

/** One cluster while a plan is followed. */
class Scene {
  readonly #cluster: Cluster
  readonly #addresses: Addresses
  readonly #files: ReadonlyMap<string, Rewritten>
  readonly #plans: readonly HostPlan[]
  /** Where not every director can be asked, clients are taken to be served. */
  readonly #isServed: boolean
  /** Whose keepalived has read its new file. */
  readonly #read = new Set<string>()

  constructor(cluster: Cluster, plans: readonly HostPlan[], facts: ReadonlyMap<string, Facts>) {
    this.#cluster = cluster
    this.#plans = plans
    const directors = plans.filter(({ host }) => cluster.directors.some((one) => one.host === host))
    this.#files = new Map(
      directors.flatMap(({ host, steps }) => {
        const file = rewritten(steps, /\/keepalived\.conf$/)
        return file ? [[host, file] as const] : []
      }),
    )
    const down = directors
      .filter(({ steps }) =>
        steps.some((step) => concerns(step, 'keepalived') && startedBy(step) !== undefined),
      )
      .map(({ host }) => host)
    this.#addresses = new Addresses(cluster, facts, { files: this.#files, down })
    this.#isServed = this.#addresses.served || cluster.directors.some(({ host }) => !facts.has(host))
  }

  /** `undefined`: the host has no part in it. */
  feel(host: string, step: Step): Felt | undefined {
    const isDirector = this.#cluster.directors.some((one) => one.host === host)
    const tier = tierServedBy(this.#cluster, host)
    if (!isDirector && !tier) return undefined
    const impact = spokenBy(step)?.impact ?? changeOf(step)?.impact ?? 'none'
    if (isDirector) {
      const own = this.#director(host, step, impact)
      if (own) return own
    }
    if (!tier || impact === 'none' || !this.#isServed) return { ...nothing, class: impact }
    const file = this.#configurationOf(host, /\/(nginx|apache2|httpd)\.conf$|\/server\.xml$/)
    const awaited = tier.directors.some((one) => this.#configurationOf(one.host, asking) !== undefined)
    return realserverFelt(host, tier, impact, awaited ? file : undefined, vipsTakenOff(step))
  }

  #director(host: string, step: Step, impact: FeltClass): Felt | undefined {
    const { summary = '' } = changeOf(step) ?? {}
    if (concerns(step, 'keepalived')) return this.#keepalived(host, step, impact, summary)
    const proxy = proxyOf(this.#cluster)
    if (proxy !== undefined && concerns(step, proxy)) return this.#balancer(host, proxy, impact)
    if (impact === 'restart' && servingBeside(this.#cluster).some((one) => concerns(step, one)))
      return this.#gone(host, besideDetection(this.#cluster))
    if (impact !== 'failover') return undefined
    const [, shaken] = /^stray_vip\[(.+)\]$/.exec(step.id) ?? []
    if (shaken !== undefined) return this.#felt('restart', this.#addresses.shake(host, shaken))
    // The machine restarts, or whatever else takes it away.
    return this.#felt('restart', this.#addresses.away(host, 0))
  }

  #keepalived(host: string, step: Step, impact: FeltClass, summary: string): Felt {
    const file = this.#read.has(host) ? undefined : this.#files.get(host)
    if (step.id.startsWith('service[') && impact !== 'none') this.#read.add(host)
    if (impact === 'reload') return this.#reload(host, file)
    if (impact === 'failover' || impact === 'restart')
      return /\bstop\b/.test(summary)
        ? this.#felt('restart', this.#addresses.away(host, 0))
        : this.#felt('restart', this.#addresses.restart(host, file), this.#held(host))
    if (startedBy(step) !== undefined) return this.#felt('none', this.#addresses.start(host, file))
    return nothing
  }

  #reload(host: string, file: Rewritten | undefined): Felt {
    const held = this.#held(host)
    if (!file) return this.#felt('reload', [], held)
    const moved = this.#addresses.reload(host, file)
    return this.#felt(
      'reload',
      [
        ...moved,
        ...lostServers(held, file, this.#marks(host)),
        ...otherRoutes(held, file),
        ...this.#lostWay(held, file),
      ],
      held,
    )
  }

  /** What is not rewritten is as the inventory says. */
  #marks(host: string) {
    const file = this.#configurationOf(host, /\/packets-[^/]+\.(nft|sh)$/)
    const told = packetMarksOf(this.#cluster).map((one) => ({ ...one, ports: one.ports.map(String) }))
    return { before: file ? marksIn(file.before ?? '') : told, after: told }
  }

  /** Realservers take the way of a new gateway when directors have it: until then their answers go nowhere. */
  #lostWay(held: readonly string[], { before = '', after = '' }: Rewritten): readonly Effect[] {
    const gateway = this.#cluster.nat?.gateway
    if (gateway === undefined || holds(before, gateway) || !holds(after, gateway)) return []
    return this.#cluster.vips
      .filter(({ address }) => held.includes(address))
      .flatMap(({ address, services }) =>
        services
          .filter(({ forwarding }) => forwarding === 'nat')
          .map(({ port }) => ({
            ...lost(address, port),
            why: `realservers answer by another gateway than ${gateway} until they are told of it`,
          })),
      )
  }

  /** What keepalived watches stops, and is there again soon. */
  #gone(host: string, detection: number): Felt {
    const held = this.#held(host)
    return this.#felt('restart', this.#addresses.away(host, detection), held)
  }

  #balancer(host: string, proxy: string, impact: FeltClass): Felt {
    if (impact === 'restart') return this.#gone(host, balancerDetection(this.#cluster))
    if (impact !== 'reload') return nothing
    const file = this.#configurationOf(host, proxy === 'haproxy' ? /\/haproxy\.cfg$/ : /\/nginx\.conf$/)
    return this.#felt('reload', file ? this.#lostPorts(host, file) : [], this.#held(host))
  }

  /** Ports that the new configuration does not serve any more. */
  #lostPorts(host: string, { before = '', after = '' }: Rewritten): readonly Effect[] {
    const [old, left] = [servedPorts(before), servedPorts(after)]
    const ports = [...new Set(old.map(({ port }) => port))]
    return this.#held(host).flatMap((address) =>
      ports
        .filter((port) => answers(old, address, port) && !answers(left, address, port))
        .map((port) => lost(address, port)),
    )
  }

  #configurationOf(host: string, path: RegExp): Rewritten | undefined {
    return rewritten(this.#plans.find((one) => one.host === host)?.steps ?? [], path)
  }

  #held(host: string): readonly string[] {
    return this.#addresses.heldBy(host)
  }

  /** `usual`: what it is at the addresses among `also` of which nothing becomes. */
  #felt(usual: FeltClass, effects: readonly Effect[], also: readonly string[] = []): Felt {
    const quiet = also.filter((vip) => !effects.some(({ address }) => address === vip))
    const vips = feltTogether([
      ...effects.map((effect) => this.#at(effect)),
      ...quiet.map((vip) => ({ vip, class: usual, moves: 0, seconds: 0, services: this.#services(vip) })),
    ])
    return {
      class: mostOf([usual, ...vips.map((one) => one.class)]),
      vips,
      why: [...new Set(effects.map(({ why }) => why))],
    }
  }

  #at({ address, moves, seconds, service }: Effect): FeltAt {
    return {
      vip: address,
      class: seconds === undefined ? 'outage' : 'failover',
      moves,
      ...(seconds === undefined ? {} : { seconds }),
      services: service === undefined ? this.#services(address) : [service],
    }
  }

  #services(vip: string): readonly string[] {
    const found = this.#cluster.vips.find(({ address, also }) =>
      [address, ...also.map((one) => one.address)].includes(vip),
    )
    return (found?.services ?? []).map(({ port }) => endpointOf({ address: vip, port }))
  }
}

/** The VIPs that a step takes off a realserver; `undefined` where it is about something else. */
function vipsTakenOff(step: Step): readonly string[] | undefined {
  if (step.id !== 'former_boot_units[vip]') return undefined
  return (changeOf(step)?.differences ?? []).flatMap((one) =>
    one.is === 'attribute' ? String(one.before).replace(/\/.*/, '') : [],
  )
}

function holds(text: string, address: string): boolean {
  return vrrpIn(text).some(({ addresses }) => addresses.includes(address))
}
