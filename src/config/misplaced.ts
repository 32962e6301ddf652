import { vocabulary } from '../cluster/index.ts'
import { InvalidInput } from '../model/failure.ts'
import type { Warning } from '../model/rule.ts'
import { plain, type Sourced } from '../model/sourced.ts'
import { didYouMean } from '../model/suggest.ts'
import type { Inventory, InventoryHost } from './inventory/index.ts'
import { keysOf } from './zod-words.ts'

/** Words that are told only within one of the variables with a meaning, and that nobody needs for anything else. */
const words = {
  cluster: [
    ...[
      'balancer',
      'vips',
      'services',
      'pools',
      'vrrp',
      'nat',
      'notify',
      'monitoring',
      'extra',
      'acme',
      'sessions',
      'nfs',
    ],
    ...[
      'protected',
      'drills',
      'drill_windows',
      'max_outage',
      'connection_sync',
      'ipvs_timeouts',
      'trusted_proxies',
    ],
    ...['hosts_entries', 'ssh_trust', 'applications'],
  ],
  director: ['priority', 'router_id', 'vrrp_interface'],
  realserver: ['weight', 'backup', 'max_fails', 'fail_timeout'],
} as const

type Name = keyof typeof words
const names = Object.keys(words) as readonly Name[]

/**
 * Variables that would have a meaning within `cluster`, `director` or `realserver`, and stand beside: nothing that comes along reads
 * them there. Whoever needs one for an expression, or says
 * the word in its place on any machine, means it.
 */
export function misplacedWords({ hosts }: Inventory): readonly Warning[] {
  const all = [...hosts.values()]
  const told = new Map<string, Warning>()
  for (const host of all.filter(({ variables }) => variables.has('cluster')))
    for (const name of partsOf(host))
      for (const word of words[name]) {
        const found = host.variables.get(word)
        if (!found || all.some((one) => isSaid(one, name, word)) || !isOne(name, word, found.value)) continue
        if ([...host.variables.values()].some(({ value }) => speaksOf(value, word))) continue
        const { key } = found.winner
        told.set(JSON.stringify(key), {
          rule: 'inventory-misplaced',
          message: `${word} is a word of ${name}, and stands beside it: here it is a variable of yours, and says nothing`,
          next: `Write it within ${name}: ${name}: { ${word}: … }`,
          origin: key,
        })
      }
  return [...told.values(), ...misspelt(all)]
}

/** Variables that hold words of one with a meaning, and are called nearly as that one. */
function misspelt(all: readonly InventoryHost[]): readonly Warning[] {
  const told = new Map<string, Warning>()
  for (const { variables } of all)
    for (const [called, { value, winner }] of variables) {
      if (isName(called)) continue
      const small = called.toLowerCase()
      const meant = isName(small) ? small : didYouMean(small, names)
      if (!meant || !isName(meant) || !holdsWordsOf(meant, value)) continue
      if (all.some((one) => [...one.variables.values()].some((other) => speaksOf(other.value, called))))
        continue
      told.set(JSON.stringify(winner.key), {
        rule: 'inventory-meaningless',
        message: `${called} has no meaning; did you mean "${meant}"?`,
        origin: winner.key,
      })
    }
  return [...told.values()]
}

const isName = (text: string): text is Name => (names as readonly string[]).includes(text)

function holdsWordsOf(name: Name, value: Sourced): boolean {
  return 'entries' in value && keysOf(vocabulary[name]).some((word) => value.entries.has(word))
}

/** What a machine may be told. */
function partsOf({ groups, variables }: InventoryHost): readonly Name[] {
  const cluster = variables.get('cluster')?.value
  const groupOf = (name: string) => {
    const said = cluster && 'entries' in cluster ? cluster.entries.get(name)?.value : undefined
    return said && 'scalar' in said ? String(said.scalar) : name
  }
  return names.filter((name) => name === 'cluster' || groups.includes(groupOf(`${name}s`)))
}

function isSaid({ variables }: InventoryHost, name: Name, word: string): boolean {
  const value = variables.get(name)?.value
  return value !== undefined && (!('entries' in value) || value.entries.has(word))
}

/** Is it what the word could say there? */
function isOne(name: Name, word: string, value: Sourced): boolean {
  const { shape } = vocabulary[name] as unknown as {
    readonly shape: Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>>
  }
  return shape[word]?.safeParse(plain(value)).success === true
}

/** Does an expression in a value name a variable? */
function speaksOf(value: Sourced, word: string): boolean {
  if ('entries' in value) return [...value.entries.values()].some((one) => speaksOf(one.value, word))
  if ('items' in value) return value.items.some((one) => speaksOf(one, word))
  return (
    typeof value.scalar === 'string' &&
    /\{[{%]/.test(value.scalar) &&
    new RegExp(`\\b${word}\\b`).test(value.scalar)
  )
}

/** What is in the wrong place may be why the rest is wrong: it is told beside that. */
export function toldBeside<Made>(misplaced: readonly Warning[], make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidInput(error.problems, [...error.warnings, ...misplaced])
  }
}
