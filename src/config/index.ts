import { dirname, join } from 'node:path'
import { hostsOfCluster } from '../cluster/index.ts'
import { type Failure, InvalidInput } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import type { Sourced } from '../model/sourced.ts'
import type { Intent } from '../model/task.ts'
import { type ClustersFound, clustersOf } from './clusters.ts'
import { createLanguage } from './expressions/language.ts'
import { createResolver } from './expressions/resolve.ts'
import { connectionOf, type Inventory, loadInventory, matchHosts } from './inventory/index.ts'
import { compilePlays, hostsOfPlays, problemsOfPlays } from './playbook/compile.ts'
import { createContents } from './playbook/contents.ts'
import { readPlaybook } from './playbook/read.ts'
import type { PlaySpec } from './playbook/spec.ts'
import { unknownTags } from './playbook/tags.ts'
import { createVariables } from './playbook/variables.ts'
import { problem } from './problem.ts'
import { collectSecrets, secretsOf } from './secrets.ts'
import { createTemplates } from './templates/render.ts'
import type { Warn } from './yaml.ts'

/** Which machines, as a user names them. */
export interface InventoryRequest {
  readonly inventory: readonly string[]
  readonly limit?: string | undefined
  /** What each `-e` says. */
  readonly extraVars: readonly string[]
  /** Work as root where the inventory does not say otherwise. */
  readonly become?: boolean | undefined
}

/** What a run is to do, as a user names it. */
export interface IntentRequest extends InventoryRequest {
  readonly playbook: string
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** Where understudy's own roles and templates stand. */
  readonly packageRoot: string
}

/** All machines of the inventories and the clusters they are to make up. */
export interface Machines extends ClustersFound {
  /** Connections of all hosts, also those that `--limit` leaves out. */
  readonly machines: ReadonlyMap<string, Host>
  readonly secrets: ReadonlySet<string>
}

/** A run's intent and the machines around it. */
export type LoadedIntent = Intent & Machines

/** Reads inventories and clusters alone; `limit` leaves the clusters that it touches, whole. Throws InvalidInput. */
export async function loadMachines(request: InventoryRequest): Promise<Machines> {
  const { warn, warnings } = collectingWarnings()
  const inventory = await loadInventory(request.inventory, { extraVars: request.extraVars, warn })
  const machines = machinesOf(inventory, request.become === true, warnings)
  if (request.limit === undefined) return machines
  const chosen = new Set(matchHosts(request.limit, inventory))
  return {
    ...machines,
    clusters: machines.clusters.filter((cluster) => hostsOfCluster(cluster).some((host) => chosen.has(host))),
  }
}

/** Reads everything a run needs before any host is asked. Throws InvalidInput with all that is wrong. */
export async function loadIntent(request: IntentRequest): Promise<LoadedIntent> {
  const { warn, warnings } = collectingWarnings()
  const problems: Failure[] = []
  const inventory = await loadInventory(request.inventory, {
    extraVars: request.extraVars,
    playbookDirectory: dirname(request.playbook),
    warn,
  })
  const specs = await readPlaybook(request.playbook, {
    ownRoles: join(request.packageRoot, 'playbooks/roles'),
    problems,
    warn,
  })
  const machines = machinesOf(inventory, request.become === true, warnings)
  const { clusters } = machines
  const choice = { tags: request.tags, skipTags: request.skipTags }
  problems.push(...tagProblems(specs, choice))
  const limit = request.limit === undefined ? {} : { limit: new Set(matchHosts(request.limit, inventory)) }
  const hostsOf = hostsOfPlays(specs, { inventory, clusters, ...limit }, problems)
  refuse(problems)

  const resolver = createResolver(createLanguage())
  const variables = createVariables({
    inventory,
    clusters,
    registers: new Set(specs.flatMap(({ tasks }) => tasks.flatMap(({ register }) => register ?? []))),
    evaluate: resolver.value,
  })
  const contents = createContents(createTemplates(), join(request.packageRoot, 'templates'))
  const plays = compilePlays(hostsOf, {
    inventory,
    clusters,
    choice,
    resolver,
    variables,
    contents,
    ...limit,
  })
  refuse(problemsOfPlays(plays))
  return {
    ...machines,
    plays,
    hosts: hostsOfRun(inventory, specs, hostsOf, request),
    secrets: new Set([...machines.secrets, ...secretsOfPlays(specs)]),
    warnings: [...machines.warnings],
  }
}

function machinesOf(inventory: Inventory, becomes: boolean, warnings: Intent['warnings']): Machines {
  const found = clustersOf(inventory)
  return {
    ...found,
    warnings: [...warnings, ...found.warnings],
    machines: new Map([...inventory.hosts].map(([name, host]) => [name, connectionOf(host, becomes)])),
    secrets: secretsOf(inventory),
  }
}

/** One connection serves the whole run: where any task becomes another user, all work is done as root. */
function hostsOfRun(
  inventory: Inventory,
  specs: readonly PlaySpec[],
  hostsOf: ReadonlyMap<PlaySpec, readonly string[]>,
  { become }: IntentRequest,
): ReadonlyMap<string, Host> {
  const becoming = new Set(
    specs
      .filter((play) => play.become || play.tasks.some((task) => task.become))
      .flatMap((play) => hostsOf.get(play) ?? []),
  )
  const names = new Set([...hostsOf.values()].flat())
  return new Map(
    [...inventory.hosts]
      .filter(([name]) => names.has(name))
      .map(([name, host]) => [name, connectionOf(host, become === true || becoming.has(name))]),
  )
}

function tagProblems(
  specs: readonly PlaySpec[],
  choice: { tags: readonly string[]; skipTags: readonly string[] },
) {
  const existing = new Set(specs.flatMap(({ tasks }) => tasks.flatMap(({ tags }) => tags)))
  return unknownTags(choice, existing).map((message) => problem(message))
}

function secretsOfPlays(specs: readonly PlaySpec[]): ReadonlySet<string> {
  const secrets = new Set<string>()
  const mappings = specs.flatMap((play) => [
    ...play.vars,
    ...play.tasks.flatMap(({ role, vars }) => [role?.defaults, role?.vars, role?.given, ...vars]),
  ])
  for (const mapping of new Set<Sourced | undefined>(mappings))
    if (mapping) collectSecrets('', mapping, secrets)
  return secrets
}

function collectingWarnings(): { readonly warn: Warn; readonly warnings: Intent['warnings'][number][] } {
  const warnings: Intent['warnings'][number][] = []
  return { warnings, warn: (message, origin) => warnings.push({ message, origin }) }
}

function refuse(problems: readonly Failure[]): void {
  if (problems.length > 0) throw new InvalidInput(problems)
}
