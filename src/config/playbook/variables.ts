import type { Cluster } from '../../cluster/index.ts'
import { clusterVariables } from '../../cluster/index.ts'
import { isCommon } from '../../model/marked.ts'
import type { Sourced } from '../../model/sourced.ts'
import { type Knowledge, NeedsFacts } from '../../model/task.ts'
import { isGathered } from '../../modules/index.ts'
import { type Binding, type Layer, lazily, type Scope, scopeOf } from '../expressions/scope.ts'
import { hostsOf, type Inventory, type InventoryHost } from '../inventory/index.ts'
import { once, type SecretReads } from '../secret-reads.ts'
import { secretByName } from '../secrets.ts'
import { ansibleLayer } from './ansible-facts.ts'
import { magicLayer, type Placed } from './magic.ts'
import { resultsLayer, secretly } from './results.ts'
import type { PlaySpec } from './spec.ts'

/** What variables are made of, beside the task itself. */
export interface VariableSources {
  readonly inventory: Inventory
  readonly clusters: readonly Cluster[]
  /** Names to which tasks of this run give a value. */
  readonly given: ReadonlySet<string>
  /** Computes a value that was written down. */
  evaluate(sourced: Sourced, scope: Scope): unknown
  /** Is told of every secret that is read. */
  readonly reads: SecretReads
  /** All hosts of a play, those that work in this run. */
  hostsOf(play: PlaySpec): readonly string[]
  readonly inventoryDirectory: string
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

/**
 * Weakest first: role defaults, inventory, play, role vars, what the play gives to the role, block and task,
 * results, what understudy itself knows, `-e`.
 */
export function createVariables(sources: VariableSources): Variables {
  const { inventory, evaluate, reads } = sources
  const groups = lazily(inventory.groups.keys(), (name) => hostsOf(inventory, name))
  const extra: Layer = new Map(
    inventory.extraVars.map(({ name, value }) => [name, { sourced: secretByName(name, value) }]),
  )
  const ofHosts = new Map<InventoryHost, Layer>()
  const ofMappings = new Map<Sourced, Layer>()
  const ofKnowledge = new WeakMap<Knowledge, Map<InventoryHost, readonly Layer[]>>()

  function written(mapping: Sourced | undefined): Layer {
    if (!mapping || !('entries' in mapping)) return new Map()
    const known = ofMappings.get(mapping)
    if (known) return known
    const layer: Layer = new Map(
      [...mapping.entries].map(([name, { value }]) => [name, { sourced: secretByName(name, value) }]),
    )
    ofMappings.set(mapping, layer)
    return layer
  }

  function inventoryLayer(host: InventoryHost): Layer {
    const known = ofHosts.get(host)
    if (known) return known
    const layer: Layer = new Map(
      [...host.variables].map(([name, { value }]) => [name, { sourced: secretByName(name, value) }]),
    )
    ofHosts.set(host, layer)
    return layer
  }

  function hostLayer(host: InventoryHost, known: Knowledge): Layer {
    return new Map<string, Binding>([
      ['inventory_hostname', { read: () => host.name }],
      ['inventory_hostname_short', { read: () => host.name.split('.')[0] }],
      ['group_names', { read: () => host.groups.filter((name) => name !== 'all') }],
      ['groups', { read: () => groups }],
      ['facts', { read: () => factsOf(host.name, known) }],
    ])
  }

  /** What rests on facts, and on nothing of the task: each task asks for it again. */
  function factualLayers(host: InventoryHost, known: Knowledge): readonly Layer[] {
    const make = () => [
      clusterLayer(sources, host.name, known),
      hostLayer(host, known),
      factsLayer(host, known),
      new Map<string, Binding>([['hostvars', { read: () => hostvars(known) }]]),
    ]
    const ofHost = ofKnowledge.get(known) ?? new Map<InventoryHost, readonly Layer[]>()
    ofKnowledge.set(known, ofHost)
    const layers = ofHost.get(host) ?? make()
    ofHost.set(host, layers)
    return layers
  }

  function factsLayer(host: InventoryHost, known: Knowledge): Layer {
    const gathered = [...resultsLayer(sources.given, known, reads)].filter(([name]) => isGathered(name))
    return ansibleLayer(() => factsOf(host.name, known), new Map(gathered))
  }

  function hostvars(known: Knowledge): unknown {
    const ofHost = (name: string) => {
      const host = inventory.hosts.get(name)
      if (!host) return undefined
      const scope = scopeOf(
        [inventoryLayer(host), hostLayer(host, known), factsLayer(host, known)],
        evaluate,
        reads,
      )
      return lazily(scope.names(), (variable) => scope.read(variable))
    }
    const hosts = new Map([...inventory.hosts.keys()].map((name) => [name, once(reads, () => ofHost(name))]))
    return lazily(hosts.keys(), (name) => hosts.get(name)?.())
  }

  return {
    of: (host, play, task, known, items = []) => {
      const role = task?.role
      const exposed = play.exposed ?? []
      const layers: readonly Layer[] = [
        ...exposed.map(({ defaults }) => written(defaults)),
        written(role?.defaults),
        inventoryLayer(host),
        ...play.vars.map(written),
        ...exposed.map(({ vars }) => written(vars)),
        written(role?.vars),
        written(role?.given),
        ...(task?.vars ?? []).map(written),
        resultsLayer(sources.given, known, reads),
        ...factualLayers(host, known),
        magicLayer(sources, play, task),
        new Map(items.map(({ name, read }) => [name, { read }])),
        extra,
      ]
      return scopeOf(
        layers.filter((layer) => layer.size > 0),
        evaluate,
        reads,
      )
    },
  }
}

function factsOf(host: string, { facts }: Knowledge): unknown {
  const found = facts.get(host)
  if (!found) throw new NeedsFacts(host)
  return found
}

/** What is made of the inventory apart from expressions: a secret in it is known again by what it says. */
function clusterLayer({ clusters, reads }: VariableSources, host: string, known: Knowledge): Layer {
  const variables = clusterVariables(clusters, known, host)
  const isSecret = (text: string) => reads.known.has(text) && !isCommon(text)
  return new Map(
    Object.keys(variables).map((name) => [name, { read: () => secretly(variables[name], reads, isSecret) }]),
  )
}
