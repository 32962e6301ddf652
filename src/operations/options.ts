import type { AnsibleSettings } from '../config/index.ts'

/** Who is told what must not be shown. */
export interface Telling {
  /**
   * Is told which values must never be shown, each time more of them come to be known, and always before anything else
   * that may hold them.
   */
  readonly onSecrets?: (secrets: ReadonlySet<string>) => void
}

/** Tells of one secret. */
export function secretTeller({ onSecrets }: Telling): (secret: string) => void {
  return (secret) => onSecrets?.(new Set([secret]))
}

/** Which machines an operation is about. */
export interface InventoryOptions extends Telling {
  /** What ansible.cfg and the environment say, see `readSettings`. */
  readonly settings?: AnsibleSettings | undefined
  /** Inventory files, directories or executables; what a later one says wins. */
  readonly inventory: readonly string[]
  /** Only these hosts: names, `a:b`, `&c`, `!d`, globs. */
  readonly limit?: string
  /** Variables that win over all others: `name=value`, YAML or JSON text, or `@file`. */
  readonly extraVars?: readonly string[]
  /**
   * Passwords of ansible-vault by their labels, `default` for what has none; a function is called once, before anything
   * is read.
   */
  readonly vaultPasswords?: Readonly<Record<string, string | (() => Promise<string>)>> | undefined
  /** Secrets by their names, which `!env` finds before it looks into the environment. */
  readonly given?: Readonly<Record<string, string>> | undefined
}

/** How machines are reached; every field may be left out. */
export interface ConnectionOptions {
  /** Hosts worked on at the same time; 32 where it is not said. */
  readonly forks?: number
  /** Become root through sudo, also where the inventory does not say so. */
  readonly become?: boolean
  /** For sudo on hosts that have none of their own; a function is called once, before anything is connected. */
  readonly becomePassword?: string | (() => Promise<string>)
  /** An ssh configuration instead of `~/.ssh/config`; `none` reads nothing. */
  readonly sshConfig?: string
  /** `accept-new` remembers the key of a host seen for the first time; a changed key is always refused. */
  readonly hostKeys?: 'strict' | 'accept-new'
  /** Seconds for a host to answer; 15 where it is not said. */
  readonly timeout?: number
  /**
   * Seconds for which connections stay open after their last use, for the next run of this user, in a process of their own; 0 ends
   * what is kept of the hosts of this run. Where it is not said, none is kept and none is looked for.
   */
  readonly persist?: number
  /** Is asked for the passphrase of a key; without it such a key is a failure of the hosts that need it. */
  readonly askSecret?: (prompt: string) => Promise<string>
}

/** How an operation is followed, and stopped. */
export interface Following<Event> extends Telling {
  /** Is told of everything while it happens. What it is told may hold secrets, see `onSecrets`. */
  readonly onEvent?: (event: Event) => void
  /** Once it is aborted, each host finishes the step under way and no other is begun. */
  readonly signal?: AbortSignal
}
