import { userInfo } from 'node:os'
import type { Facts } from '../../model/facts.ts'
import { wholly } from '../../model/marked.ts'
import type { ResourceOptions } from '../../model/resource.ts'
import type { Sourced, SourcedEntry } from '../../model/sourced.ts'

/** Thrown where it is not known yet where an account is at home; never leaves the expansion of a task. */
export class NeedsAccount extends Error {
  readonly account: string

  constructor(account: string) {
    super(`there is no account ${account} yet`)
    this.account = account
  }
}

/** Who a task runs as, and what is known of the machine it runs on. */
export interface Runner {
  /** Throws what reading facts throws. */
  readonly facts: () => Pick<Facts, 'account' | 'environment' | 'homes'>
  /** `runAs`: another account than that of the session. Throws what computing them throws. */
  readonly who: () => Pick<ResourceOptions, 'runAs' | 'environment'>
}

/** The variables that a path may begin with or hold; what else looks like one stands for itself. */
const variable = /\$(?:(\w+)|\{(\w+)\})/g

/**
 * The fields with the paths of the machine in them as its modules read them in Ansible: `~` and `~name` are where accounts
 * are at home, `$NAME` is a variable of the environment where there is such. Throws NeedsAccount, and what reading facts
 * throws.
 */
export function withHomes(
  fields: Sourced,
  paths: Readonly<Record<string, string | undefined>>,
  runner: Runner,
): Sourced {
  if (!('entries' in fields)) return fields
  const entries = new Map<string, SourcedEntry>(fields.entries)
  for (const [name, fallback] of Object.entries(paths)) {
    const given = entries.get(name)
    if (given) entries.set(name, { ...given, value: expanded(given.value, runner) })
    else if (fallback?.startsWith('~')) {
      const { origin } = fields
      entries.set(name, { key: origin, value: { origin, scalar: fullPath(fallback, runner) } })
    }
  }
  return { ...fields, entries }
}

/** What is known of this computer without asking it. */
export function thisComputer(): Pick<Facts, 'account' | 'environment' | 'homes'> {
  const { uid, gid, homedir: home, shell, username } = userInfo()
  const environment = Object.entries(process.env).filter(
    (one): one is [string, string] => one[1] !== undefined,
  )
  return {
    account: { uid, gid, home: process.env.HOME ?? home, shell: shell ?? '' },
    environment: Object.fromEntries(environment),
    homes: { [username]: home },
  }
}

function expanded(value: Sourced, runner: Runner): Sourced {
  if ('items' in value) return { ...value, items: value.items.map((item) => expanded(item, runner)) }
  if (!('scalar' in value) || typeof value.scalar !== 'string') return value
  const scalar = fullPath(value.scalar, runner)
  if (scalar === value.scalar) return value
  return { ...value, scalar, ...(value.marked ? { marked: wholly(scalar) } : {}) }
}

/** A path with its `~` and variables replaced. */
function fullPath(path: string, runner: Runner): string {
  const plain = path.replaceAll(variable, (written, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? ''
    return variableOf(name, runner) ?? written
  })
  const [, account, rest = ''] = /^~([^/]*)(.*)$/s.exec(plain) ?? []
  if (account === undefined) return plain
  return `${(account === '' ? ownHome(runner) : homeOf(account, runner.facts())).replace(/\/$/, '')}${rest}`
}

function variableOf(name: string, runner: Runner): string | undefined {
  const { runAs, environment } = runner.who()
  if (Object.hasOwn(environment, name)) return environment[name]
  if (name === 'HOME') return ownHome(runner)
  if (runAs !== undefined && ['USER', 'LOGNAME'].includes(name)) return runAs
  const { environment: session } = runner.facts()
  return Object.hasOwn(session, name) ? session[name] : undefined
}

function ownHome({ facts, who }: Runner): string {
  const { runAs, environment } = who()
  if (environment.HOME !== undefined) return environment.HOME
  return runAs === undefined ? facts().account.home : homeOf(runAs, facts())
}

function homeOf(account: string, { homes }: Pick<Facts, 'homes'>): string {
  const home = Object.hasOwn(homes, account) ? homes[account] : undefined
  if (home === undefined) throw new NeedsAccount(account)
  return home
}
