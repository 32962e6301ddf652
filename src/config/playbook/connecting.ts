import type { Failure } from '../../model/failure.ts'
import type { Host } from '../../model/host.ts'
import { showOrigin } from '../../model/origin.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import { connectionOf, type Inventory, type InventoryHost } from '../inventory/index.ts'
import { problem } from '../problem.ts'
import type { Fields } from './fields.ts'
import type { Flag } from './flags.ts'
import type { Entry, PlaySpec } from './spec.ts'
import { specsIn } from './tree.ts'

/** Keywords of a play that say how its hosts are reached, and the variables of the inventory that are stronger. */
const variables = {
  remote_user: 'ansible_user',
  port: 'ansible_port',
  connection: 'ansible_connection',
  become_method: 'ansible_become_method',
} as const

/** What a play says of how its hosts are reached, by the names of the variables that say the same. */
export function connectingOf(fields: Fields): ReadonlyMap<string, Sourced> {
  return new Map(
    Object.entries(variables).flatMap(([keyword, variable]) => {
      const value = fields.raw(keyword)
      return value ? [[variable, value] as const] : []
    }),
  )
}

/** One connection serves the whole run: where any task becomes another user, all work is done as root. */
export function hostsOfRun(
  inventory: Inventory,
  hostsOf: ReadonlyMap<PlaySpec, readonly string[]>,
  become: boolean | Becomes,
  problems: Failure[],
): ReadonlyMap<string, Host> {
  const becoming = new Set(
    [...hostsOf].flatMap(([play, hosts]) => hosts.filter((host) => becomes(play, host, become))),
  )
  const playsOf = new Map<string, PlaySpec[]>()
  for (const [play, names] of hostsOf)
    for (const name of names) playsOf.set(name, [...(playsOf.get(name) ?? []), play])
  return new Map(
    [...inventory.hosts].flatMap(([name, host]) => {
      const plays = playsOf.get(name)
      if (!plays) return []
      return [[name, connectionOf(withConnecting(host, plays, problems), becoming.has(name))] as const]
    }),
  )
}

/** Hosts to which tasks of others may be delegated, as these tasks need them. */
export function delegatesOf(
  inventory: Inventory,
  hosts: ReadonlyMap<string, Host>,
  plays: readonly PlaySpec[],
  become: boolean,
): ReadonlyMap<string, Host> {
  const delegating = plays.flatMap(({ tasks, handlers = [] }) =>
    specsIn([...tasks, ...handlers]).flatMap((spec) => (spec.delegateTo ? [spec] : [])),
  )
  const brought = plays.some(({ brings }) => brings?.has('delegation') || brings?.has('computed names'))
  if (delegating.length === 0 && !brought) return hosts
  const becoming = delegating.filter((spec) => spec.become !== false)
  const names = new Set(becoming.map(({ delegateTo }) => (delegateTo ? String(plain(delegateTo)) : '')))
  const isComputed = [...names].some((name) => name.includes('{{'))
  const others = [...inventory.hosts]
    .filter(([name]) => !hosts.has(name))
    .map(([name, host]) => {
      const needed = names.has(name) || (isComputed && name !== 'localhost')
      return [name, connectionOf(host, become || needed)] as const
    })
  return new Map([...hosts, ...others])
}

/** Says of a host whether it works as another user where that is computed. */
export type Becomes = (flag: Flag, play: PlaySpec, host: string, spec?: Entry) => boolean

/** Does any task of it work as another user on this host? */
function becomes(play: PlaySpec, host: string, decides: boolean | Becomes): boolean {
  if (typeof decides === 'boolean') return decides
  const { become, brings, tasks, handlers = [] } = play
  return (
    decides(become, play, host) ||
    brings?.has('become') === true ||
    specsIn([...tasks, ...handlers]).some((spec) => decides(spec.become, play, host, spec))
  )
}

/** The host with what the plays say where the inventory says nothing; plays that contradict each other are noted. */
function withConnecting(host: InventoryHost, plays: readonly PlaySpec[], problems: Failure[]): InventoryHost {
  const said = new Map<string, Sourced>()
  for (const play of plays)
    for (const [name, value] of play.connecting ?? []) {
      const before = said.get(name)
      if (before && plain(before) !== plain(value))
        problems.push(
          problem(
            'playbook-connection-twice',
            `one connection to ${host.name} serves the whole run, and this play says another ${name} than the one at ${showOrigin(before.origin)}`,
            value.origin,
            'make two runs of it, or say the same in both',
          ),
        )
      said.set(name, value)
    }
  if (said.size === 0) return host
  const own = [...said].map(([name, value]) => {
    const winner = {
      name,
      value,
      key: value.origin,
      level: 'inventory variables of all',
      giver: 'play',
    } as const
    return [name, { value, winner, losers: [] }] as const
  })
  return { ...host, variables: new Map([...own, ...host.variables]) }
}

/** The inventory with this computer in it, as Ansible has it: named, and in no group. */
export function withLocalhost(inventory: Inventory): Inventory {
  if (inventory.hosts.has('localhost') || inventory.groups.has('localhost')) return inventory
  const origin = { file: 'localhost', line: 1, col: 1 }
  const value = { origin, scalar: 'local' }
  const winner = {
    name: 'ansible_connection',
    value,
    key: origin,
    level: 'inventory variables of a host',
    giver: 'localhost',
  } as const
  const here: InventoryHost = {
    name: 'localhost',
    origin,
    groups: [],
    variables: new Map([['ansible_connection', { value, winner, losers: [] }]]),
  }
  return {
    ...inventory,
    hosts: new Map([...inventory.hosts, [here.name, here]]),
    joined: (more) => withLocalhost(inventory.joined(more)),
  }
}
