import { existsSync } from 'node:fs'
import { usualForks } from '../model/forks.ts'
import type { ApplyOptions } from '../operations/apply.ts'
import type { DisruptionOptions } from '../operations/disruption.ts'
import type { Locking } from '../operations/locking.ts'
import type { ConnectionOptions, InventoryOptions } from '../operations/options.ts'
import type { Permission } from '../operations/protection.ts'
import type { DrillView } from '../report/drill/view.ts'
import { agree, typeName } from './agree.ts'
import {
  type ConnectionFlags,
  type DisruptionFlags,
  type HostsFlags,
  type InventoryFlags,
  type LockingFlags,
  type PermissionFlags,
  type PlayFlags,
  usualTimeout,
} from './options.ts'
import { pausingAtTerminal } from './pause.ts'
import { chooseInventory, choosePlaybook, inventoryNames } from './places.ts'
import type { RunFollowing } from './reported.ts'
import { askQuestion, askSecretOnce } from './secret.ts'
import type { Secrecy } from './secretively.ts'
import { settingsGiven } from './settings.ts'
import { vaultPasswordsGiven } from './vault-passwords.ts'

/** Which machines the flags mean. Throws INVALID_INPUT where no inventory is named and none is found. */
export function inventoryGiven(flags: InventoryFlags): InventoryOptions {
  return around(flags, chooseInventory(flags.inventory, settingsGiven().inventory?.value))
}

function around(flags: InventoryFlags, inventory: readonly string[]): InventoryOptions {
  const { limit, extraVars } = flags
  return {
    inventory,
    limit,
    extraVars,
    settings: settingsGiven(),
    vaultPasswords: vaultPasswordsGiven(flags),
  }
}

/** The same where a playbook can be looked at alone: without an inventory there are no machines. */
export function inventoryIfAny(flags: InventoryFlags): InventoryOptions {
  const configured = settingsGiven().inventory?.value ?? []
  const isThere = flags.inventory || configured.length > 0 || inventoryNames.some((name) => existsSync(name))
  return isThere ? inventoryGiven(flags) : around(flags, [])
}

/** How machines are reached, as the flags say; what is secret is asked for on the terminal. */
export function connectionGiven(flags: ConnectionFlags, signal: AbortSignal): ConnectionOptions {
  const { forks, become, becomeAskPass, hostKeyChecking, timeout } = settingsGiven()
  const ask = (prompt: string) => askSecretOnce(prompt, signal, flags.told)
  return {
    forks: flags.forks ?? forks?.value ?? usualForks,
    become: flags.become ?? become?.value,
    ...((flags.askBecomePass ?? becomeAskPass?.value) ? { becomePassword: () => ask('sudo password') } : {}),
    sshConfig: flags.sshConfig,
    hostKeys: flags.acceptNewHostKeys || hostKeyChecking?.value === false ? 'accept-new' : 'strict',
    timeout: flags.timeout ?? timeout?.value ?? usualTimeout,
    ...(flags.persist === undefined ? {} : { persist: flags.persist }),
    askSecret: ask,
  }
}

/**
 * Which protected clusters may be disrupted: those that are named, and those whose name is typed where somebody sits at a
 * terminal. `still`: leaves the screen to who asks.
 */
export function permissionGiven(
  { mayDisrupt }: PermissionFlags,
  { signal, still }: { readonly signal: AbortSignal; readonly still?: () => Promise<void> | void },
): Permission {
  return {
    mayDisrupt,
    ...(process.stdin.isTTY
      ? {
          typeName: async (disruption) => {
            await still?.()
            return typeName(disruption, signal)
          },
        }
      : {}),
  }
}

/** Whether machines are taken from another run. */
export function lockingGiven({ stealLock = false }: LockingFlags): Locking {
  return { stealLock }
}

/** On which hosts something is done without a playbook, and how they are reached. */
export function hostsGiven(flags: HostsFlags, following: RunFollowing, hosts: string) {
  return {
    ...inventoryGiven(flags),
    ...connectionGiven(flags, following.signal),
    ...lockingGiven(flags),
    ...following,
    hosts,
  }
}

/** What a run of a playbook is to do, and how. */
export function runGiven(
  playbook: string | undefined,
  flags: PlayFlags,
  following: RunFollowing,
): ApplyOptions {
  const { runTags, skipTags } = settingsGiven()
  return {
    ...permissionGiven(flags, following),
    ...inventoryGiven(flags),
    ...connectionGiven(flags, following.signal),
    ...following,
    playbook: choosePlaybook(playbook),
    foreignModules: flags.foreignModules,
    maxImpact: flags.maxImpact,
    explain: flags.explain,
    ...(process.stdin.isTTY
      ? {
          ask: (question) => askQuestion(question, following.signal),
          atTerminal: pausingAtTerminal(following),
        }
      : {}),
    tags: commaSeparated(flags.tags ?? runTags?.value),
    skipTags: commaSeparated(flags.skipTags ?? skipTags?.value),
  }
}

/** How a cluster is disrupted, and who is asked before. */
export function disruptionGiven(
  flags: DisruptionFlags,
  shown: { readonly view: DrillView; readonly onSecrets: Secrecy['onSecrets']; readonly signal: AbortSignal },
): DisruptionOptions {
  const { view, onSecrets, signal } = shown
  return {
    ...inventoryGiven(flags),
    ...permissionGiven(flags, { signal, still: view.still }),
    ...connectionGiven(flags, signal),
    onEvent: view.take,
    onSecrets,
    signal,
    ...lockingGiven(flags),
    maxOutage: flags.maxOutage,
    interval: flags.interval,
    ...(flags.yes
      ? {}
      : {
          confirm: (disruption) => {
            view.still()
            return agree(disruption, signal)
          },
        }),
  }
}

/** What stands between commas, without what is empty. */
export function commaSeparated(values: readonly string[] = []): readonly string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}
