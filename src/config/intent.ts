import { dirname, join } from 'node:path'
import { type Failure, InvalidInput } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import { heeding, type Meant, type Silenced } from '../model/meant.ts'
import type { Sourced } from '../model/sourced.ts'
import type { Intent } from '../model/task.ts'
import { withClusterGroups } from './cluster-groups.ts'
import { createLanguage } from './expressions/language.ts'
import { createResolver } from './expressions/resolve.ts'
import { scopeOf } from './expressions/scope.ts'
import { atOnce, type InParts, inTurns } from './in-turns.ts'
import type { IntentRequest } from './intent-request.ts'
import {
  type Inventory,
  inventoryDirectory,
  loadInventory,
  matchHosts,
  staleInventory,
} from './inventory/index.ts'
import { collectingWarnings, type Machines, machinesOf, sourcesFor } from './machines.ts'
import { misplacedWords, toldBeside } from './misplaced.ts'
import { isPackaged, noCluster } from './no-cluster.ts'
import { createOutside } from './outside.ts'
import { isAdding, stagesOf } from './playbook/adding.ts'
import { type Candidates, membersAmong } from './playbook/candidates.ts'
import { compilePlays, hostsOfPlays, patternOf, problemsOfPlays } from './playbook/compile.ts'
import { type Becomes, delegatesOf, hostsOfRun, withLocalhost } from './playbook/connecting.ts'
import { createContents } from './playbook/contents.ts'
import { nothingKnown } from './playbook/expand.ts'
import { attempted } from './playbook/expanding.ts'
import { playForFacts } from './playbook/facts-elsewhere.ts'
import { decided } from './playbook/flags.ts'
import { groupsNow } from './playbook/groups-now.ts'
import { answered } from './playbook/prompts.ts'
import { readPlaybook } from './playbook/read.ts'
import type { Reading } from './playbook/reading.ts'
import type { PlaySpec } from './playbook/spec.ts'
import { unknownTags } from './playbook/tags.ts'
import { specsIn } from './playbook/tree.ts'
import { createVariables } from './playbook/variables.ts'
import { problem } from './problem.ts'
import { endReading, readingFor } from './reading-for.ts'
import { type SecretReads, secretReads } from './secret-reads.ts'
import type { SecretSources } from './secret-sources.ts'
import { noSettings, usualConnection } from './settings/effects.ts'
import { templatesOf } from './templates/jinja.ts'
import { createTemplates } from './templates/render.ts'
import { placeholders, secretsOfPlays } from './written-variables.ts'

/** A run's intent and the machines around it. */
export interface LoadedIntent extends Intent, Machines {
  /** Comments that say that what a rule finds is meant. */
  readonly meant: readonly Meant[]
  readonly silenced: readonly Silenced[]
  /** Whether anything that is made of a cluster was looked at so far: what is planned then rests on it. */
  readonly restsOnClusters: () => boolean
}

/** The files of a run as they were read, before anything of them was computed. */
export interface ReadFiles
  extends Pick<Surroundings, 'inventory' | 'reads' | 'secrets' | 'problems' | 'given' | 'meant'> {
  readonly specs: readonly PlaySpec[]
  /** Tasks of files that were only looked at: which are read is known when their names are. */
  readonly looked: Reading['looked']
  readonly packaged: Reading['packaged']
  readonly warnings: Intent['warnings'][number][]
}

/** Reads everything a run needs before any host is asked. Throws InvalidInput with all that is wrong. */
export async function loadIntent(request: IntentRequest): Promise<LoadedIntent> {
  return inTurns(intentInParts(await readFiles(request), request))
}

/** Reads the inventories and the playbook. Throws InvalidInput where an inventory is wrong; what is wrong in the playbook is noted. */
export async function readFiles(request: IntentRequest): Promise<ReadFiles> {
  const { warn, warnings, meant, reads, secrets } = await beginReading(request)
  const problems: Failure[] = []
  const { settings = noSettings } = request
  const unused = collectingWarnings()
  const inventory = await loadInventory(request.inventory, {
    extraVars: request.extraVars,
    playbookDirectory: dirname(request.playbook),
    warn,
    warnOfUnused: unused.warn,
    secrets,
    usually: usualConnection(settings),
  })
  const given = new Set<string>()
  const extra = inventory.extraVars.map(({ name }) => name)
  const reading = readingFor(request, { problems, warn, secrets, given, extra })
  const specs = readPlaybook(request.playbook, reading)
  endReading(reading)
  // What tasks put into groups has the variables of these.
  if (!specs.some(regroups)) warnings.push(...unused.warnings)
  await answered(reading.prompts, request.ask, { learn: reads.learn, given, problems })
  const { looked, packaged } = reading
  return { inventory, specs, looked, packaged, problems, given, reads, secrets, warnings, meant }
}

/** What every reading of a playbook begins with: where warnings, and those of the settings, and secrets go. */
export async function beginReading(request: IntentRequest) {
  const { settings = noSettings } = request
  const reads = secretReads(request.onSecret)
  const secrets = await sourcesFor(request, reads.learn)
  const { warn, warnings, meant } = collectingWarnings()
  for (const { message, origin } of settings.notes) warn('setting-unused', message, origin)
  return { warn, warnings, meant, reads, secrets }
}

/** What files come to on their hosts. Throws InvalidInput with all that is wrong, what was noted while reading them, too. */
export function intentOfFiles(files: ReadFiles, request: IntentRequest): LoadedIntent {
  return atOnce(intentInParts(files, request))
}

function intentInParts(files: ReadFiles, request: IntentRequest): InParts<LoadedIntent> {
  const { inventory, specs, warnings, reads, secrets } = files
  const problems = [...files.problems, ...placeholders(inventory, specs)]
  const misplaced = isPackaged(request) ? misplacedWords(inventory) : []
  const machines = toldBeside(misplaced, () =>
    machinesOf(inventory, request.become === true, {
      warnings: [...warnings, ...misplaced],
      reads,
      secrets,
      onlyLooks: false,
    }),
  )
  if (isPackaged(request) && machines.clusters.length === 0) throw new InvalidInput([noCluster(inventory)])
  return intentOf(specs, { ...files, machines, request, problems })
}

/** What surrounds plays that were read. */
interface Surroundings {
  readonly inventory: Inventory
  readonly machines: Machines
  readonly reads: SecretReads
  readonly secrets: SecretSources
  readonly request: Omit<IntentRequest, 'playbook'>
  readonly problems: Failure[]
  /** Tasks of files that are brought in when their turn comes. */
  readonly looked?: Reading['looked']
  /** Names to which tasks give a value. */
  readonly given: ReadonlySet<string>
  readonly meant: readonly Meant[]
}

/** What plays come to on their hosts, in parts. Throws InvalidInput with all that is wrong. */
export function* intentOf(
  specs: readonly PlaySpec[],
  {
    inventory: written,
    machines,
    reads,
    secrets,
    request,
    problems,
    given,
    meant,
    looked = [],
  }: Surroundings,
): InParts<LoadedIntent> {
  const { clusters } = machines
  for (const secret of secretsOfPlays(specs)) reads.learn(secret)
  const choice = { tags: request.tags, skipTags: request.skipTags }
  problems.push(...tagProblems(specs, choice))
  const outside = createOutside()
  const since = Date.now()
  const language = createLanguage(reads, outside, secrets)
  const resolver = createResolver(language, reads)
  const said = new Map(written.extraVars.map(({ name, value }) => [name, { sourced: value }]))
  const computed = (written: Sourced) => resolver.value(written, scopeOf([said], resolver.value, reads))
  const contents = createContents(
    templatesOf(language, createTemplates(reads), reads),
    join(request.packageRoot, 'templates'),
    outside,
    machines.releases,
  )
  const regroups = new Set<string>()
  const now = groupsNow({ given, regroups })
  const hostsOf = new Map<PlaySpec, readonly string[]>()
  const open = new Map<PlaySpec, Candidates>()
  let restsOnClusters = false
  const clustersRead = () => {
    restsOnClusters = true
  }
  const variablesWith = (inventoryOf: (play: PlaySpec) => Inventory) =>
    createVariables({
      inventoryOf,
      extraVars: written.extraVars,
      groupsNow: now,
      clusters,
      clustersRead,
      given,
      evaluate: resolver.value,
      reads,
      hostsOf: (play, reader, known) => {
        const names = hostsOf.get(play) ?? []
        const candidates = open.get(play)
        return candidates ? membersAmong(names, candidates, inventoryOf(play), reader, known) : names
      },
      inventoryDirectory: inventoryDirectory(request.inventory),
      merges: request.settings?.hashBehaviour?.value === 'merge',
      private: request.settings?.privateRoleVars?.value,
      managed: request.settings?.managed?.value,
    })
  const base = withLocalhost(withClusterGroups(written, clusters))
  const means = {
    resolver,
    reads,
    outside,
    staleInventory: () => staleInventory(request.inventory, since),
    contents,
    connections: new Map<string, Host>(),
    hosts: new Set<string>(),
  }
  const later = collectingWarnings()
  const stages = stagesOf(specs, base, {
    resolver,
    choice,
    warn: later.warn,
    patternOf: (play) => patternOf(play, { computed }),
    variablesIn: (inventory) => variablesWith(() => inventory),
    expandingIn: (inventory, variables) => ({ ...means, inventory, inventoryOf: () => inventory, variables }),
  })
  const inventoryOf = (play: PlaySpec) => stages.get(play)?.after ?? base
  const inventory = [...stages.values()].at(-1)?.after ?? base
  const limit = request.limit === undefined ? {} : { limit: new Set(matchHosts(request.limit, inventory)) }
  const before = (play: PlaySpec) => stages.get(play)?.before ?? base
  const found = hostsOfPlays(specs, { before, groupsNow: now, clusters, computed, ...limit }, problems)
  for (const [play, candidates] of found.open) open.set(play, candidates)
  for (const [play, names] of found.hostsOf) {
    hostsOf.set(play, names)
    if (play.grouping?.length) for (const name of names) regroups.add(name)
  }
  refuse(problems)
  const variables = variablesWith(inventoryOf)
  const decides: Becomes = (flag, play, name, spec) => {
    const host = inventory.hosts.get(name)
    if (typeof flag === 'boolean' || !host) return flag === true
    const made = attempted(() =>
      decided(flag, variables.of(host, play, spec, nothingKnown), resolver, 'become'),
    )
    // What shows only later may turn out so.
    return !('value' in made) || made.value
  }
  const expected = { inventory, resolver, variables, reads, outside, hostsOf, looked, choice }
  const forFacts = playForFacts(expected)
  if (forFacts) {
    const all = [forFacts, ...hostsOf]
    hostsOf.clear()
    for (const [play, names] of all) hostsOf.set(play, names)
  }
  const hosts = hostsOfRun(inventory, hostsOf, request.become === true || decides, problems)
  refuse(problems)
  const plays = compilePlays(hostsOf, {
    ...means,
    inventory,
    inventoryOf,
    open,
    clusters,
    choice,
    variables,
    connections: hosts,
    ...limit,
  })
  request.onHosts?.({ ...machines, hosts })
  refuse(yield* problemsOfPlays(plays, given))
  return {
    ...machines,
    plays,
    hosts,
    delegates: delegatesOf(inventory, hosts, specs, request.become === true),
    secrets: reads.known,
    meant,
    restsOnClusters: () => restsOnClusters,
    ...heeding([...machines.warnings, ...later.warnings], meant),
  }
}

/** Does a play put hosts into groups? */
function regroups({ grouping = [], tasks }: PlaySpec): boolean {
  return grouping.length > 0 || specsIn(tasks).some(isAdding)
}

function tagProblems(
  specs: readonly PlaySpec[],
  choice: { tags: readonly string[]; skipTags: readonly string[] },
) {
  const existing = new Set(specs.flatMap(({ tasks }) => specsIn(tasks).flatMap(({ tags }) => tags)))
  return unknownTags(choice, existing).map((message) => problem('playbook-tag', message))
}

function refuse(problems: readonly Failure[]): void {
  if (problems.length > 0) throw new InvalidInput(problems)
}
