import { type Cluster, tierServedBy, tiersOf } from '../cluster/index.ts'
import type { HostRun } from '../engine/host.ts'
import type { Rolling } from '../engine/rolling.ts'
import { waveStopped } from '../engine/stopping.ts'
import { Failure } from '../model/failure.ts'
import type { FeltClass } from '../model/impact.ts'
import { changeOf, type Plan } from '../model/plan.ts'
import type { Play } from '../model/task.ts'
import { feltIn, isDisturbed, rollingWaves, spokenOtherwise } from '../plans/rolling.ts'
import { foreseeChecks } from '../verify/foreseen-checks.ts'
import { observe } from '../verify/observe.ts'
import { factsOfHost } from '../verify/proofs/holder.ts'
import { examine } from '../verify/verify.ts'
import { whileDrained, whileHandedOver } from './aside.ts'
import { gate } from './gate.ts'
import { letGoOfConnections } from './letting-go.ts'
import type { RollingTools } from './rolling-tools.ts'

interface Wave {
  readonly play: Play
  readonly plan: Plan
  readonly hosts: readonly HostRun[]
}

type Work = () => Promise<void>

/** Waves of the clusters of a run: realservers let out of pools, VIPs handed over, and each looked at before the next one begins. */
export class RollingClusters implements Rolling {
  readonly #clusters: readonly Cluster[]
  readonly #tools: RollingTools
  /** VIPs that stay with another director, and realservers that nobody is sent to, since they did not become well. */
  #left: (() => Promise<void>)[] = []

  constructor(clusters: readonly Cluster[], tools: RollingTools) {
    this.#clusters = clusters
    this.#tools = tools
  }

  waves(play: Play, waves: Play['waves'], plan: Plan): Play['waves'] {
    return rollingWaves(play, waves, plan, this.#clusters)
  }

  async around(wave: Wave, work: Work): Promise<void> {
    const felt = feltIn(wave.plan, wave.play.name)
    const names = wave.hosts.map(({ host }) => host.name)
    const clusters = this.#clusters.filter((cluster) => names.some((name) => isPart(cluster, name, felt)))
    if (clusters.length === 0) return work()
    try {
      await this.#reachAll(wave)
      let inner: Work = work
      for (const cluster of clusters) inner = await this.#within(cluster, wave, felt, inner)
      await inner()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      for (const run of wave.hosts) if (!run.stopped) run.fail(error)
    }
    if (wave.hosts.some(({ failure }) => failure)) this.#stop(wave, clusters)
  }

  /** Hands back what was left with another director, or out of the pools, once all is taken back to what it was. */
  async handBack(): Promise<void> {
    const left = this.#left
    this.#left = []
    for (const back of left) await back()
  }

  /** A machine that cannot be reached counts as failed before anything is done for its sake. */
  async #reachAll({ hosts }: Wave): Promise<void> {
    const { pool, signal } = this.#tools
    await Promise.all(
      hosts.map(async ({ host }) => observe(await pool.session(host.name), [factsOfHost], signal)),
    )
  }

  async #within(
    cluster: Cluster,
    { hosts, play, plan }: Wave,
    felt: ReadonlyMap<string, FeltClass>,
    work: Work,
  ): Promise<Work> {
    const names = hosts.map(({ host }) => host.name)
    const { pool, signal } = this.#tools
    const looking = { session: (host: string | undefined) => pool.session(host), signal }
    const before = await examine(cluster, looking)
    const part = names.filter((name) => isPart(cluster, name, felt))
    const disturbed = part.filter((name) => isDisturbed(felt.get(name)))
    const isDirector = (name: string) => cluster.directors.some(({ host }) => host === name)
    const last = new Set(names.filter((name) => !changesLater(name, play, plan)))
    const about = { cluster, before }
    const gated = async () => {
      await foreseeChecks(before, { directors: part.filter(isDirector), plan, cluster }, looking)
      // It would take packets away of connections that only IPVS knows, where that balances from now on.
      if (cluster.balancer === 'ipvs') await letGoOfConnections(part.filter(isDirector), pool, signal)
      await work()
      await gate(
        about,
        hosts.filter(({ host }) => part.includes(host.name)),
        last,
        this.#tools,
      )
    }
    const served = (host: string) => tierServedBy(cluster, host) !== undefined
    const out = disturbed.filter(served).reduce<Work>(
      (inner, host) => async () => {
        const left = await whileDrained(about, host, hosts, this.#tools, inner)
        if (left) this.#left.push(left)
      },
      gated,
    )
    return disturbed.filter(isDirector).reduce<Work>(
      (inner, host) => async () => {
        const unheard = spokenOtherwise(plan, host)
        const left = await whileHandedOver({ ...about, unheard }, host, hosts, this.#tools, inner)
        if (left) this.#left.push(left)
      },
      out,
    )
  }

  /** Nobody of these clusters is changed any more. */
  #stop({ play }: Wave, clusters: readonly Cluster[]): void {
    const all = new Set(clusters.flatMap((cluster) => tiersOf(cluster).flatMap(membersOf)))
    for (const run of this.#tools.hosts)
      if (all.has(run.host.name) && !run.stopped) run.fail(waveStopped(run, play.name))
  }
}

/** Is something done to a host that this cluster feels: a director at all, a realserver beyond a reload? */
function isPart(cluster: Cluster, host: string, felt: ReadonlyMap<string, FeltClass>): boolean {
  const own = felt.get(host)
  if (own === undefined || own === 'none') return false
  const directs = cluster.directors.some((one) => one.host === host)
  return directs || (isDisturbed(own) && tiersOf(cluster).flatMap(membersOf).includes(host))
}

function membersOf({ directors, realservers }: Cluster): readonly string[] {
  return [...directors, ...realservers].map(({ host }) => host)
}

/** Is a play that comes behind this one yet to change the host? */
function changesLater(name: string, { name: play }: Play, { hosts }: Plan): boolean {
  const steps = hosts.find(({ host }) => host === name)?.steps ?? []
  const own = steps.findLastIndex((step) => step.play === play)
  return steps.slice(own + 1).some((step) => changeOf(step) !== undefined)
}
