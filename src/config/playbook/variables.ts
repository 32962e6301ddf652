import type { Cluster } from '../../cluster/index.ts'
import type { Facts } from '../../model/facts.ts'
import { beneathOf, wholeOf } from '../../model/seen.ts'
import type { Sourced } from '../../model/sourced.ts'
import { type Knowledge, NeedsFacts } from '../../model/task.ts'
import { isGathered } from '../../modules/index.ts'
import {
  type Binding,
  type Layer,
  lazily,
  NeedsResult,
  type Scope,
  scopeOf,
  scopeWhenAsked,
} from '../expressions/scope.ts'
import {
  groupNames,
  hostsOf,
  type Inventory,
  type InventoryHost,
  itself,
  saidOf,
} from '../inventory/index.ts'
import { once, type SecretReads } from '../secret-reads.ts'
import { secretByName } from '../secrets.ts'
import { ansibleFacts, ansibleLayer } from './ansible-facts.ts'
import { clusterLayer } from './cluster-layer.ts'
import { fileLayer } from './file-layer.ts'
import type { GroupsNow } from './groups-now.ts'
import { magicLayer, managedLayer, type Placed } from './magic.ts'
import { includedLayer, resultsLayer, untold, untoldLayer, withUntold } from './results.ts'
import { seenLayer } from './seen-layer.ts'
import type { PlaySpec, VarsFile } from './spec.ts'
import { createTold, type ToldBy } from './told.ts'
import { createWrittenLayers, nothing } from './written-layers.ts'

/** What variables are made of, beside the task itself. */
export interface VariableSources {
  /** Hosts and groups as a play finds them. */
  inventoryOf(play: PlaySpec): Inventory
  readonly extraVars: Inventory['extraVars']
  readonly groupsNow: GroupsNow
  readonly clusters: readonly Cluster[]
  /** Is told when anything of a cluster is looked at. */
  clustersRead(): void
  /** Names to which tasks of this run give a value. */
  readonly given: ReadonlySet<string>
  /** Computes a value that was written down. */
  evaluate(sourced: Sourced, scope: Scope): unknown
  /** Is told of every secret that is read. */
  readonly reads: SecretReads
  /** All hosts of a play, those that work in this run. */
  hostsOf(play: PlaySpec, reader: string, known: Knowledge): readonly string[]
  readonly inventoryDirectory: string
  /** Mappings of the same name are merged, and do not stand in for each other. */
  readonly merges?: boolean | undefined
  /** Variables of roles are those of their own tasks alone. */
  readonly private?: boolean | undefined
  /** What `ansible_managed` says. */
  readonly managed?: string | undefined
}

/** One item of a loop, under the name by which the task knows it. */
export interface LoopItem {
  readonly name: string
  read(): unknown
}

/** Gives the variables of a task on a host, by Ansible's order of precedence. */
export interface Variables {
  of(
    host: InventoryHost,
    play: PlaySpec,
    task: Placed | undefined,
    known: Knowledge,
    /** Variables of the loops around, the innermost last. */
    items?: readonly LoopItem[],
  ): Scope
}

/** Weakest first, by the levels of precedence that Ansible documents; `test/config/precedence` holds it to them. */
export function createVariables(sources: VariableSources): Variables {
  const { evaluate, reads, merges } = sources
  const extra: Layer = new Map(
    sources.extraVars.map(({ name, value }) => [name, { sourced: secretByName(name, value) }]),
  )
  const toldBy = createTold(sources.given)
  const written = createWrittenLayers(sources)
  const ofHosts = new Map<InventoryHost, readonly Layer[]>()
  const ofClusters = new WeakMap<Knowledge['facts'], Map<InventoryHost, Layer>>()

  /** What the inventory says of a host; what was overruled counts where mappings are merged. */
  function inventoryLayers(host: InventoryHost): readonly Layer[] {
    const known = ofHosts.get(host)
    if (known) return known
    const most = merges ? Math.max(0, ...[...host.variables.values()].map(({ losers }) => losers.length)) : 0
    const layers = Array.from({ length: most + 1 }, (_, nth): Layer => saidOf(host, most - nth))
    const made = [...layers, itself(host)]
    ofHosts.set(host, made)
    return made
  }

  /** What a host has of its inventory at this moment, and in which groups it is. */
  function placedLayers(host: InventoryHost, play: PlaySpec, known: Knowledge): readonly Layer[] {
    const base = sources.inventoryOf(play)
    const { groupsNow } = sources
    const names = () => groupNames(groupsNow.surely(host, base, known).groups)
    const placed = groupsNow.host(host, base, known)
    const pending = groupsNow.pending(host, known)
    const waiting = pending === undefined ? nothing : waitingFor(pending, placed, base)
    return [...inventoryLayers(placed), waiting, new Map([['group_names', { read: names }]])]
  }

  function groupsOf(reader: InventoryHost, play: PlaySpec, known: Knowledge): unknown {
    const now = sources.groupsNow.all(reader, sources.inventoryOf(play), known)
    return lazily(now.groups.keys(), (name) => hostsOf(now, name))
  }

  /** What is made of the inventory and of facts alone is made once for all tasks. */
  function clusterOf(host: InventoryHost, { facts }: Knowledge): Layer {
    const beneath = beneathOf(facts)
    const all = ofClusters.get(beneath) ?? new Map<InventoryHost, Layer>()
    ofClusters.set(beneath, all)
    const scope = () =>
      scopeOf(
        [
          ...inventoryLayers(host),
          ...factLayers(host.name, { facts: beneath, registered: new Map() }),
          extra,
        ],
        evaluate,
        reads,
        merges,
      )
    const made = all.get(host) ?? clusterLayer({ ...sources, scope }, host, beneath)
    all.set(host, made)
    // Whoever reads it rests on the facts that it was made of.
    return beneath === facts ? made : seenLayer(made, () => wholeOf(facts))
  }

  /** Facts of a host with those that its tasks gathered, as far as `its` is what it knows. */
  function gatheredLayer(
    host: InventoryHost,
    known: Knowledge,
    its: Knowledge | undefined,
    told: ToldBy,
  ): Layer {
    const cached = its?.cached ?? new Map<string, () => unknown>()
    const gathered = () => {
      const kept = its ? [...resultsLayer(sources.given, its, reads)] : []
      const facts = kept.flatMap(([name, binding]) =>
        isGathered(name) && 'read' in binding ? [[name, binding.read] as const] : [],
      )
      return new Map([...facts, ...cached, ...told.facts()])
    }
    return new Map<string, Binding>([
      [
        'ansible_facts',
        {
          read: () => {
            const all = gathered()
            // Of a host that nobody asks anything, others may have told some all the same.
            const alone = !its && all.size > 0 && !known.facts.has(host.name)
            return alone ? lazily(all.keys(), (name) => all.get(name)?.()) : factsFor(host.name, known, all)
          },
        },
      ],
      ...[...cached].map(([name, read]): [string, Binding] => [name, { read }]),
    ])
  }

  /** All facts; where a module is still to tell some, what is not known may be one of them. */
  function factsFor(host: string, known: Knowledge, gathered: ReadonlyMap<string, () => unknown>): unknown {
    const facts = ansibleFacts(host, factsOf(host, known), gathered)
    const module = untold(sources.given, known)
    return module === undefined ? facts : withUntold(facts, module)
  }

  /** What a host was told by others, as far as the reader knows. */
  function toldOf(host: string, reader: InventoryHost, play: PlaySpec, known: Knowledge): ToldBy {
    const hosts = sources.inventoryOf(play).hosts.keys()
    return toldBy(host, { hosts, reader: reader.name, known })
  }

  function hostvars(known: Knowledge, reader: InventoryHost, play: PlaySpec): unknown {
    const inventory = sources.inventoryOf(play)
    const ofHost = (name: string) => {
      const host = inventory.hosts.get(name)
      if (!host) return undefined
      // What it did itself it knows best, also what it has not told anybody yet.
      const its = name === reader.name ? known : othersOf(known)(name)
      const told = toldOf(name, reader, play, known)
      const layers = [
        ...placedLayers(host, play, its ?? nobody),
        ...factLayers(host.name, known),
        gatheredLayer(host, known, its, told),
        ...(its ? [includedLayer(its), resultsLayer(sources.given, its, reads)] : []),
        told.layer,
        extra,
      ]
      const scope = scopeOf(layers, evaluate, reads, merges)
      return lazily(scope.names(), (variable) => scope.read(variable))
    }
    const hosts = new Map([...inventory.hosts.keys()].map((name) => [name, once(reads, () => ofHost(name))]))
    return lazily(hosts.keys(), (name) => hosts.get(name)?.())
  }

  /** Variables of a file of the play; its name may rest on all that is weaker, on `-e` and on what the run knows. */
  function fileOf(file: VarsFile, weaker: readonly Layer[]): Layer {
    if (!('alternatives' in file)) return written.of(file)
    return fileLayer(file, () => scopeOf(weaker, evaluate, reads, merges), { evaluate, written: written.of })
  }

  const of: Variables['of'] = (host, play, task, known, items = []) => {
    const role = task?.role && written.role(task.role)
    const run: readonly Layer[] = [
      new Map<string, Binding>([
        ['groups', { read: once(reads, () => groupsOf(host, play, known)) }],
        ['hostvars', { read: () => hostvars(known, host, play) }],
      ]),
      magicLayer(sources, play, task, { host: host.name, known }),
    ]
    const told = toldOf(host.name, host, play, known)
    const module = untold(sources.given, known) ?? told.untold
    const layers: Layer[] = [
      ...(module === undefined ? [] : [untoldLayer(module)]),
      managedLayer(sources.managed),
      ...written.defaultsIn(play),
      ...(role?.defaults ?? []),
      ...placedLayers(host, play, known),
      ...factLayers(host.name, known),
      gatheredLayer(host, known, known, told),
      ...play.vars.map(written.of),
    ]
    for (const file of play.files ?? []) layers.push(fileOf(file, [...layers, extra, ...run]))
    layers.push(
      ...written.variablesIn(play),
      ...(role?.variables ?? []),
      ...(task?.vars ?? []).map(written.of),
      includedLayer(known),
      resultsLayer(sources.given, known, reads),
      told.layer,
      clusterOf(host, known),
      ...(role?.params ?? []),
      ...(task?.params ?? []).map(written.of),
      extra,
      ...run,
      new Map(items.map(({ name, read }) => [name, { read }])),
    )
    return scopeOf(
      layers.filter((layer) => layer !== nothing),
      evaluate,
      reads,
      merges,
    )
  }

  return { of: (...given) => scopeWhenAsked(() => of(...given)) }
}

/** What groups would give that the host may still come into. */
function waitingFor(pending: string, { groups }: InventoryHost, { givenByGroups }: Inventory): Layer {
  const read = () => {
    throw new NeedsResult(pending)
  }
  const others = [...givenByGroups].filter(([group]) => !groups.includes(group))
  return new Map(others.flatMap(([, names]) => [...names].map((name) => [name, { read }] as const)))
}

const nobody: Knowledge = { facts: new Map(), registered: new Map(), coming: new Set() }

/** What others know; before the hosts of a run are there, nobody can tell. */
function othersOf(known: Knowledge): (host: string) => Knowledge | undefined {
  return known.others ?? (() => ({ facts: known.facts, registered: new Map() }))
}

function factsOf(host: string, { facts }: Knowledge): Facts {
  const found = facts.get(host)
  if (!found) throw new NeedsFacts(host)
  return found
}

/** The facts of a host under their names here, and as Ansible has them. */
function factLayers(host: string, known: Knowledge): readonly Layer[] {
  const facts = () => factsOf(host, known)
  return [new Map([['facts', { read: facts }]]), ansibleLayer(host, facts)]
}
