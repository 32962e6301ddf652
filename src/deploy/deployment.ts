import type { Application, Cluster } from '../cluster/index.ts'
import type { DeployEvent, DeployOutcome, VersionChange } from '../model/deployment.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { stageRelease } from '../resources/release-script.ts'
import { type ExpectedCluster, expectedOf, expectedTiers } from '../verify/expected.ts'
import { observe } from '../verify/observe.ts'
import { factsOfHost } from '../verify/proofs/holder.ts'
import { expectBalancing } from './balancing.ts'
import type { Move } from './change.ts'
import { isAlone } from './directors.ts'
import { takeBack } from './drained.ts'
import { sendOrFail } from './send.ts'
import { changeFor, targetsOf, type Wish } from './targets.ts'
import { promiseOf, readVersions, type Versions, versionsOf } from './versions.ts'
import { type Turn, type WaveTools, wave } from './wave.ts'

/** What a deployment works with. */
export interface DeploymentTools {
  readonly session: (host: string) => Promise<Session>
  readonly signal: AbortSignal
  readonly now: () => number
  readonly emit: (event: DeployEvent) => void
  /** Seconds for which the connections of a realserver are waited for. */
  readonly patience: number
  /** Versions by their sums, where sources were read. */
  readonly releases: ReadonlyMap<string, () => Uint8Array>
}

/** What is to be done, realserver by realserver. */
export interface DeploymentPlan {
  readonly turns: readonly { readonly host: string; readonly changes: readonly VersionChange[] }[]
}

/** What became of each realserver that was to be changed, and why it stopped. */
export interface Deployed {
  readonly hosts: readonly {
    readonly host: string
    readonly changes: readonly VersionChange[]
    readonly outcome: DeployOutcome
  }[]
  readonly failure?: Failure
}

/** Another version of applications on its way to the realservers of one cluster. */
export class Deployment {
  readonly #whole: Cluster
  readonly #cluster: Cluster
  readonly #tools: DeploymentTools
  #applications: readonly Application[] = []
  #expected: ExpectedCluster | undefined
  /** Realservers whose applications are all well, by the last word of each. */
  readonly #well = new Set<string>()

  /** `cluster` is the tier of `whole` that has the applications. */
  constructor(whole: Cluster, cluster: Cluster, tools: DeploymentTools) {
    this.#whole = whole
    this.#cluster = cluster
    this.#tools = tools
  }

  /**
   * Looks at all realservers and directors, and says what is to be done. Throws what keeps it from being begun: a machine that cannot
   * be reached, since a director that is away would go on sending clients where nobody is.
   */
  async plan(applications: readonly Application[], wish: Wish): Promise<DeploymentPlan> {
    this.#applications = applications
    const expected = await this.#look()
    const found = new Map<string, Map<string, Versions>>()
    await Promise.all(
      this.#hosts(applications).map(async (host) => {
        for (const [name, versions] of await this.#versionsOn(host, applications, expected))
          found.set(name, (found.get(name) ?? new Map<string, Versions>()).set(host, versions))
      }),
    )
    const asked = applications.map((application) => ({
      application,
      own: found.get(application.name) ?? new Map<string, Versions>(),
    }))
    const versions = targetsOf(asked, wish)
    const targets = asked.map((one, index) => ({ ...one, to: versions[index] ?? '' }))
    const turns = this.#hosts(applications).map((host) => ({
      host,
      changes: targets.flatMap(({ application, own, to }) =>
        application.hosts.includes(host) ? changeFor(application.name, own.get(host), to) : [],
      ),
      well: targets.every(({ own }) => own.get(host)?.well !== false),
    }))
    for (const { host, well } of turns) if (well) this.#well.add(host)
    for (const { application, own } of targets) this.#warnOfUnwell(application, own, turns)
    // Who serves nobody is changed first, so that there is one more for the others' turn.
    const changing = turns.filter(({ changes }) => changes.length > 0)
    const shared = changing.map(({ host }) => host).filter((host) => !isAlone(expected, host))
    const directors = this.#cluster.directors.map(({ host }) => host)
    await expectBalancing(expected, shared, directors, { ...this.#tools, strictness: 'each' })
    return {
      turns: [...changing.filter(({ well }) => !well), ...changing.filter(({ well }) => well)].map(
        ({ host, changes }) => ({ host, changes }),
      ),
    }
  }

  /** Brings the versions to all realservers first, which changes nothing for anybody, then lets them serve one by one. */
  async carryOut({ turns }: DeploymentPlan): Promise<Deployed> {
    await this.takeBack()
    await this.#stage(turns)
    const hosts: { host: string; changes: readonly VersionChange[]; outcome: DeployOutcome }[] = turns.map(
      (turn) => ({ ...turn, outcome: 'not-begun' }),
    )
    for (const one of hosts) {
      const { outcome, failure } = await this.#takeTurn(one)
      one.outcome = outcome
      if (failure) return { hosts, failure }
    }
    return { hosts }
  }

  /** Who was left out by a deployment before, and is well with what it has, gets clients again. */
  async takeBack(): Promise<void> {
    await takeBack(this.#seen, [...this.#well], (host) => ({ ...this.#tools, tell: this.#telling(host) }))
  }

  #telling(host: string): WaveTools['tell'] {
    return (step, seconds, told) => this.#tools.emit({ is: 'deploy-step', host, step, seconds, told })
  }

  async #takeTurn({ host, changes }: DeploymentPlan['turns'][number]): Promise<{
    readonly outcome: DeployOutcome
    readonly failure?: Failure
  }> {
    const { signal } = this.#tools
    if (signal.aborted) return { outcome: 'not-begun', failure: interrupted() }
    const nobody = this.#nobodyElse(host)
    if (nobody) return { outcome: 'not-begun', failure: nobody }
    try {
      const outcome = await wave(this.#seen, this.#turn(host, changes), {
        ...this.#tools,
        tell: this.#telling(host),
      })
      if (outcome.is === 'changed') this.#well.add(host)
      return outcome.is === 'changed'
        ? { outcome: 'changed' }
        : { outcome: outcome.is, failure: outcome.failure }
    } catch (error) {
      if (signal.aborted) return { outcome: 'not-begun', failure: interrupted() }
      // It was not let out where that would leave nobody.
      if (error instanceof Failure)
        return { outcome: error.code === 'VERIFICATION_FAILED' ? 'not-begun' : 'failed', failure: error }
      throw error
    }
  }

  /** nginx knows nothing of who is well: clients of a realserver that is let out would be sent to those that are not. */
  #nobodyElse(host: string): Failure | undefined {
    const others = this.#hosts(this.#applications).filter((one) => one !== host)
    if (!this.#well.has(host) || others.length === 0 || others.some((one) => this.#well.has(one)))
      return undefined
    return new Failure(
      'VERIFICATION_FAILED',
      `${host} alone is well: its clients could be sent to nobody else`,
      {
        where: { host },
        next: `mend ${others.join(', ')} first: understudy verify says what is wrong`,
      },
    )
  }

  #turn(host: string, changes: readonly VersionChange[]): Turn {
    const moves = changes.map(({ application: name, to }): Move => {
      const application = this.#applications.find((one) => one.name === name)
      if (!application) throw new Error(`${name} was not asked for`)
      return { application, to, back: application.release?.id !== to }
    })
    return { host, address: addressOf(this.#seen, host), moves, isIll: !this.#well.has(host) }
  }

  async #stage(turns: DeploymentPlan['turns']): Promise<void> {
    const { session, signal, now, emit, releases } = this.#tools
    await Promise.all(
      turns.map(async ({ host, changes }) => {
        const since = now()
        for (const { application: name, to } of changes) {
          const application = this.#applications.find((one) => one.name === name)
          const { release, service, port } = application ?? {}
          const archive = release && releases.get(release.sum)
          if (release?.id !== to || !archive || port === undefined) continue
          const environment = Object.fromEntries(service?.environment ?? [])
          const run = service ? { service: { ...service, port, environment } } : {}
          const script = stageRelease({ name, release: to, sum: release.sum, ...run })
          const sending = { title: `bringing the version ${to} of ${name}`, signal, archive: archive() }
          await sendOrFail(await session(host), host, script, sending)
          emit({
            is: 'deploy-step',
            host,
            step: 'staged',
            seconds: (now() - since) / 1000,
            told: `${name} ${to}`,
          })
        }
      }),
    )
  }

  /** The facts of all machines decide by which addresses directors know them. */
  async #look(): Promise<ExpectedCluster> {
    const { session, signal } = this.#tools
    const machines = [...this.#cluster.directors, ...this.#cluster.realservers]
    const facts = new Map<string, Facts>()
    await Promise.all(
      [...new Set(machines.map(({ host }) => host))].map(async (host) =>
        facts.set(host, (await observe(await session(host), [factsOfHost], signal)).read(factsOfHost)),
      ),
    )
    const tiers = expectedTiers(expectedOf(this.#whole, facts))
    this.#expected = tiers.find(({ name }) => name === this.#cluster.name)
    return this.#seen
  }

  get #seen(): ExpectedCluster {
    if (!this.#expected) throw new Error('the cluster was not looked at')
    return this.#expected
  }

  #hosts(applications: readonly Application[]): readonly string[] {
    const running = new Set(applications.flatMap(({ hosts }) => hosts))
    return this.#cluster.realservers.map(({ host }) => host).filter((host) => running.has(host))
  }

  async #versionsOn(host: string, applications: readonly Application[], expected: ExpectedCluster) {
    const { session, signal } = this.#tools
    const own = applications.filter(({ hosts }) => hosts.includes(host))
    const queries = own.map((one) => versionsOf(one, addressOf(expected, host)))
    const seen = await observe(await session(host), queries, signal)
    return own.map(({ name }, index) => {
      const query = queries[index]
      if (!query) throw new Error(`${name} was not asked for`)
      return [name, readVersions(seen.read(query))] as const
    })
  }

  #warnOfUnwell(
    application: Application,
    own: ReadonlyMap<string, Versions>,
    turns: readonly { readonly host: string; readonly changes: readonly VersionChange[] }[],
  ): void {
    for (const [host, { well, said }] of own) {
      const changes = turns.some((turn) => turn.host === host && turn.changes.length > 0)
      if (well) continue
      const message = `${application.name} is not well on ${host}: ${said}, instead of ${promiseOf(application)}`
      this.#tools.emit({
        is: 'deploy-warning',
        message: changes ? message : `${message}; it has the version already, and is left as it is`,
      })
    }
  }
}

/** As the directors reach it. */
function addressOf({ vips, realservers }: ExpectedCluster, host: string): string {
  const servers = vips.flatMap(({ services }) => services.flatMap((service) => service.servers))
  const found = [...servers, ...realservers].find((one) => one.host === host)
  if (!found) throw new Error(`${host} is no realserver`)
  return found.address
}

function interrupted(): Failure {
  return new Failure('INTERRUPTED', 'interrupted: the realserver whose turn it was is with the others again')
}
