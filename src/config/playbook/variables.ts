import type { Cluster } from '../../cluster/index.ts'
import { clusterVariables } from '../../cluster/index.ts'
import type { Sourced } from '../../model/sourced.ts'
import { type Knowledge, NeedsFacts } from '../../model/task.ts'
import { type Binding, type Layer, lazily, NeedsResult, type Scope, scopeOf } from '../expressions/scope.ts'
import { hostsOf, type Inventory, type InventoryHost } from '../inventory/index.ts'
import type { PlaySpec, TaskSpec } from './spec.ts'

/** What variables are made of, beside the task itself. */
export interface VariableSources {
  readonly inventory: Inventory
  readonly clusters: readonly Cluster[]
  /** Names of all results that tasks of this run keep. */
  readonly registers: ReadonlySet<string>
  /** Computes a value that was written down. */
  evaluate(sourced: Sourced, scope: Scope): unknown
}

/** One item of a loop, under the name by which the task knows it. */
export interface LoopItem {
  readonly name: string
  readonly value: unknown
}

/** Gives the variables of a task on a host, by Ansible's order of precedence. */
export interface Variables {
  of(
    host: InventoryHost,
    play: PlaySpec,
    task: TaskSpec | undefined,
    known: Knowledge,
    item?: LoopItem,
  ): Scope
}

/**
 * Weakest first: role defaults, inventory, play, role vars, what the play gives to the role, block and task,
 * results, what understudy itself knows, `-e`.
 */
export function createVariables(sources: VariableSources): Variables {
  const { inventory, evaluate } = sources
  const groups = lazily(inventory.groups.keys(), (name) => hostsOf(inventory, name))
  const extra: Layer = new Map(inventory.extraVars.map(({ name, value }) => [name, { sourced: value }]))
  const ofHosts = new Map<InventoryHost, Layer>()

  function inventoryLayer(host: InventoryHost): Layer {
    const known = ofHosts.get(host)
    if (known) return known
    const layer: Layer = new Map([...host.variables].map(([name, { value }]) => [name, { sourced: value }]))
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

  function hostvars(known: Knowledge): unknown {
    return lazily(inventory.hosts.keys(), (name) => {
      const host = inventory.hosts.get(name)
      if (!host) return undefined
      const scope = scopeOf([inventoryLayer(host), hostLayer(host, known)], evaluate)
      return lazily(scope.names(), (variable) => scope.read(variable))
    })
  }

  return {
    of: (host, play, task, known, item) => {
      const role = task?.role
      const layers: readonly Layer[] = [
        written(role?.defaults),
        inventoryLayer(host),
        ...play.vars.map(written),
        written(role?.vars),
        written(role?.given),
        ...(task?.vars ?? []).map(written),
        resultsLayer(sources.registers, known),
        clusterLayer(sources.clusters, host.name, known),
        hostLayer(host, known),
        new Map<string, Binding>([['hostvars', { read: () => hostvars(known) }]]),
        new Map(item ? [[item.name, { read: () => item.value }]] : []),
        extra,
      ]
      return scopeOf(
        layers.filter((layer) => layer.size > 0),
        evaluate,
      )
    },
  }
}

function written(mapping: Sourced | undefined): Layer {
  if (!mapping || !('entries' in mapping)) return new Map()
  return new Map([...mapping.entries].map(([name, { value }]) => [name, { sourced: value }]))
}

function factsOf(host: string, { facts }: Knowledge): unknown {
  const found = facts.get(host)
  if (!found) throw new NeedsFacts(host)
  return found
}

function resultsLayer(registers: ReadonlySet<string>, { registered }: Knowledge): Layer {
  return new Map(
    [...registers].map((name) => [
      name,
      {
        read: () => {
          const result = registered.get(name)
          if (!result) throw new NeedsResult(name)
          return { ...result, stdout_lines: linesOf(result.stdout), stderr_lines: linesOf(result.stderr) }
        },
      },
    ]),
  )
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function clusterLayer(clusters: readonly Cluster[], host: string, known: Knowledge): Layer {
  const variables = clusterVariables(clusters, known, host)
  return new Map(Object.keys(variables).map((name) => [name, { read: () => variables[name] }]))
}
