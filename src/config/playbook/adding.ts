import type { Resolver } from '../expressions/resolve.ts'
import type { Inventory, InventoryHost, Joined } from '../inventory/index.ts'
import { hostsOf, matchHosts } from '../inventory/index.ts'
import type { Warn } from '../problem.ts'
import { nothingKnown } from './expand.ts'
import { attempted, type Expanding } from './expanding.ts'
import { turnsOf } from './loops.ts'
import { joinedBy } from './regrouping.ts'
import type { ControlSpec, Entry, PlaySpec } from './spec.ts'
import { isChosen, type TagChoice } from './tags.ts'
import { specsIn } from './tree.ts'
import type { Variables } from './variables.ts'

/** Hosts and groups as each play finds them, and as it leaves them behind. */
export interface Stage {
  readonly before: Inventory
  readonly after: Inventory
}

/** What is needed to compute what `add_host` says before the run. */
interface Means {
  readonly resolver: Resolver
  readonly choice: TagChoice
  readonly warn: Warn
  /** The pattern of a play, computed. */
  patternOf(play: PlaySpec): string
  /** Variables where the hosts and groups are these. */
  variablesIn(inventory: Inventory): Variables
  expandingIn(inventory: Inventory, variables: Variables): Expanding
}

const advice =
  'give it what is known before the run, by variables; or make two runs, the first of which makes the machine'

/**
 * What `add_host` adds, as far as variables tell it before the run: it is there for later plays. What rests on more than
 * that is warned of.
 */
export function stagesOf(
  specs: readonly PlaySpec[],
  inventory: Inventory,
  means: Means,
): ReadonlyMap<PlaySpec, Stage> {
  const stages = new Map<PlaySpec, Stage>()
  let before = inventory
  for (const play of specs) {
    const adding = specsIn(play.tasks).filter(isAdding)
    const chosen = adding.filter(({ tags }) => isChosen(tags, means.choice))
    const after = chosen.length === 0 ? before : added(play, chosen, before, means)
    stages.set(play, { before, after })
    before = after
  }
  return stages
}

/** Does it add hosts or groups? */
export function isAdding(entry: Entry): entry is ControlSpec {
  return 'is' in entry && entry.is === 'control' && entry.word === 'add_host'
}

function added(play: PlaySpec, specs: readonly ControlSpec[], before: Inventory, means: Means): Inventory {
  const host = firstOf(play, before, means)
  if (!host) return before
  return specs.reduce((inventory, spec) => {
    const variables = means.variablesIn(inventory)
    const expanding = means.expandingIn(inventory, variables)
    const { resolver } = means
    const made = attempted(() => {
      const turns = turnsOf(spec, variables.of(host, play, spec, nothingKnown), expanding)
      if ('on' in turns) return undefined
      return turns.all.flatMap((turn): readonly Joined[] => {
        const scope = variables.of(host, play, spec, nothingKnown, turn.variables)
        const holds = spec.conditions.every((one) => resolver.condition(one, scope))
        return holds ? joinedBy(spec, host.name, scope, resolver) : []
      })
    })
    if ('value' in made && made.value) return inventory.joined(made.value)
    means.warn(
      'playbook-add-host-late',
      `what this add_host adds rests on what only the run tells, and it fails there: ${advice}`,
      spec.origin,
    )
    return inventory
  }, before)
}

function firstOf(play: PlaySpec, inventory: Inventory, means: Means): InventoryHost | undefined {
  const made = attempted(() => matchHosts(means.patternOf(play), inventory, play.hosts.origin))
  const [first = ''] = 'value' in made ? made.value : []
  return inventory.hosts.get(first)
}

/** What is wrong where what a task adds was not known before the run. */
export function wronglyAdded(joined: readonly Joined[], inventory: Inventory): string | undefined {
  const missing = joined.find(
    ({ host, group }) =>
      !inventory.hosts.has(host) || (group !== undefined && !hostsOf(inventory, group).includes(host)),
  )
  if (!missing) return undefined
  const { host, group } = missing
  const where = group === undefined ? '' : ` to ${group}`
  return `add_host cannot add ${host}${where}, which was not known before the run: ${advice}`
}
