import { hidden } from '../../model/marked.ts'
import { showOrigin } from '../../model/origin.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import { isSecretName } from '../secrecy.ts'
import { type Assignment, hostsOf, type Inventory, type InventoryHost } from './inventory.ts'

/** Groups and hosts as the tree `ansible-inventory --graph` draws. */
export function graph(inventory: Inventory): string {
  const lines: string[] = []
  const draw = (name: string, depth: number): void => {
    const indent = depth === 0 ? '' : `${'  |'.repeat(depth)}--`
    lines.push(`${indent}@${name}:`)
    const group = inventory.groups.get(name)
    for (const child of group?.children ?? []) draw(child, depth + 1)
    for (const host of name === 'all' ? [] : (group?.hosts ?? []))
      lines.push(`${'  |'.repeat(depth + 1)}--${host}`)
  }
  draw('all', 0)
  return `${lines.join('\n')}\n`
}

/** The answer a dynamic inventory gives to `--list`; secrets are in it. */
export function dynamicList(inventory: Inventory): Readonly<Record<string, unknown>> {
  const hostvars = hostsOf(inventory, 'all').flatMap((name) => {
    const host = inventory.hosts.get(name)
    return host ? [[name, valuesOf(host, true)] as const] : []
  })
  const groups = [...inventory.groups.values()].map(({ name, children, hosts }) => [
    name,
    {
      ...(children.length > 0 ? { children } : {}),
      ...(hosts.length > 0 && name !== 'all' ? { hosts } : {}),
    },
  ])
  const told = groups.filter(([, body]) => Object.keys(body ?? {}).length > 0)
  return { _meta: { hostvars: Object.fromEntries(hostvars) }, ...Object.fromEntries(told) }
}

/** Every variable of a host by its name, secrets hidden unless they are asked for. */
export function valuesOf(host: InventoryHost, showSecrets: boolean): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...host.variables].map(([name, { value }]) => [name, shown(name, value, showSecrets)]),
  )
}

/** One variable's winner and losers, strongest first. */
export interface Explanation {
  readonly name: string
  readonly value: unknown
  readonly from: string
  readonly level: string
  readonly place: string
  readonly losers: readonly Omit<Explanation, 'losers' | 'name'>[]
}

/** Where each variable of a host comes from, and what it overruled. */
export function explanations(host: InventoryHost, showSecrets: boolean): readonly Explanation[] {
  return [...host.variables.values()].map(({ winner, losers }) => ({
    name: winner.name,
    ...told(winner, showSecrets),
    losers: losers.map((loser) => told(loser, showSecrets)),
  }))
}

/** Explanations as text: the value, what gave it and where, and beneath it what it overruled. */
export function explanationText(all: readonly Explanation[]): string {
  return all
    .map(({ name, value, from, level, place, losers }) =>
      [
        `${name}: ${JSON.stringify(value)}`,
        `  from ${from}, ${place} (${level})`,
        ...losers.map(
          (loser) =>
            `  overrules ${JSON.stringify(loser.value)} from ${loser.from}, ${loser.place} (${loser.level})`,
        ),
        '',
      ].join('\n'),
    )
    .join('')
}

function told(assignment: Assignment, showSecrets: boolean) {
  const { name, value, giver, level } = assignment
  return {
    value: shown(name, value, showSecrets),
    from: giver,
    level,
    place: showOrigin(value.origin),
  }
}

function shown(name: string, value: Sourced, showSecrets: boolean): unknown {
  if (showSecrets) return plain(value)
  const isNothing = 'scalar' in value && (value.scalar === null || value.scalar === '')
  if ((isSecretName(name) || ('scalar' in value && value.secret)) && !isNothing) return hidden
  if ('items' in value) return value.items.map((item) => shown('', item, showSecrets))
  if ('scalar' in value) return value.scalar
  return Object.fromEntries(
    [...value.entries].map(([key, entry]) => [key, shown(key, entry.value, showSecrets)]),
  )
}
