import { type Command, Option } from 'commander'
import { usualForks } from '../model/forks.ts'
import { quoted } from '../model/quoted.ts'
import type { Bounded } from '../operations/impact.ts'

/** What was asked on the terminal and told, by the question: no flag, but kept beside them where one command does several things. */
export type Told = Map<string, Promise<string>>

/** What every command that works on an inventory takes. */
export interface InventoryFlags {
  readonly inventory?: readonly string[]
  readonly limit?: string
  readonly extraVars?: readonly string[]
  readonly vaultPasswordFile?: readonly string[]
  readonly vaultId?: readonly string[]
  readonly askVaultPass?: boolean
  readonly told?: Told
}

/** How hosts are reached. */
export interface ConnectionFlags {
  readonly forks?: number
  readonly become?: boolean
  readonly askBecomePass?: boolean
  readonly sshConfig?: string
  readonly acceptNewHostKeys?: boolean
  readonly timeout?: number
  readonly persist?: number
  readonly told?: Told
}

/** Which protected clusters may be disrupted. */
export interface PermissionFlags {
  readonly mayDisrupt?: readonly string[]
}

/** How a run is shown. */
export interface ReportFlags {
  readonly explain?: boolean
  readonly json?: boolean
  readonly diff?: boolean
  readonly debug?: boolean
}

/** What `plan` and `apply` take beside these. */
export interface PlayFlags extends InventoryFlags, ConnectionFlags, ReportFlags, PermissionFlags {
  readonly tags?: readonly string[]
  readonly skipTags?: readonly string[]
  readonly foreignModules?: boolean
  readonly maxImpact?: Bounded['maxImpact']
}

/** Whether machines are taken from another run. */
export interface LockingFlags {
  readonly stealLock?: boolean
}

/** How a cluster is disrupted, and what is told of it. */
export interface DisruptionFlags extends InventoryFlags, ConnectionFlags, LockingFlags, PermissionFlags {
  readonly yes?: boolean
  readonly maxOutage?: number
  readonly interval: number
  readonly report?: string
  readonly json?: boolean
}

/** Adds the flags that say which hosts. */
export function withInventory(command: Command): Command {
  return command
    .option(
      '-i, --inventory <path>',
      'inventory file, directory or executable; may be given several times',
      several,
    )
    .option('-l, --limit <pattern>', 'only these hosts: a:b, &c, !d, globs')
    .option(
      '-e, --extra-vars <vars>',
      'name=value, YAML or JSON text, or @file; wins over everything else',
      several,
    )
    .option('--vault-password-file <path>', 'password of ansible-vault, or a program that prints it', several)
    .option('--vault-id <label@source>', 'the same under a label; "prompt" as source asks for it', several)
    .option('--ask-vault-pass', 'ask for the password of ansible-vault')
}

/** Seconds, where neither a flag nor Ansible's configuration says anything. */
export const usualTimeout = 15

/** Adds the flags that say how to reach them. */
export function withConnection(command: Command): Command {
  return command
    .option(
      '-f, --forks <number>',
      `hosts worked on at the same time (default: ${usualForks})`,
      wholeNumber(1000),
    )
    .option('-b, --become', 'become root through sudo')
    .option('-K, --ask-become-pass', 'ask for the sudo password, once for all hosts')
    .option('-F, --ssh-config <file>', 'ssh configuration instead of ~/.ssh/config')
    .option('--accept-new-host-keys', 'remember the key of a host that is seen for the first time')
    .option(
      '--timeout <seconds>',
      `time for a host to answer (default: ${usualTimeout}); what it is asked and told to do may take multiples`,
      wholeNumber(hour),
    )
    .option(
      '--persist <time>',
      'keep connections open so long after their last use, for the next command: 60s, 5min, 1h; 0 ends those that are kept',
      timeUpTo(24 * hour),
    )
}

/** Adds the flag that agrees to disrupt what the inventory protects. */
export function withPermission(command: Command): Command {
  return command.option(
    '--may-disrupt <cluster>',
    'the protected cluster that may be disrupted, instead of typing its name; may be given several times',
    several,
  )
}

/** Adds the flag that bounds what users may feel. */
export function withImpact(command: Command): Command {
  return command.addOption(
    new Option(
      '--max-impact <class>',
      'what users of a cluster may feel at most; where a step does more, nothing is changed',
    ).choices(['none', 'reload', 'restart', 'failover']),
  )
}

/** Adds the flag that takes machines from another run. */
export function withLocking(command: Command): Command {
  return command.option(
    '--steal-lock',
    'take machines that another run has; it stops before its next change there',
  )
}

/** What every command takes that does one thing on some hosts. */
export interface HostsFlags extends InventoryFlags, ConnectionFlags, LockingFlags {}

/** Adds the flags of these. */
export function withHosts(command: Command): Command {
  return withConnection(withInventory(withLocking(command)))
}

/** Adds the flags that say how what a client feels is measured and judged. */
export function withMeasuring(command: Command): Command {
  return command
    .option(
      '--max-outage <ms>',
      'what a client may feel at most, instead of the computed bound',
      wholeNumber(1000 * hour),
    )
    .option('--interval <ms>', 'time between two requests', wholeNumber(1000 * minute), 10)
}

/** Adds the flags that say how to show the run. */
export function withReport(command: Command): Command {
  return command
    .option('--diff', 'show what changes inside files')
    .option('--no-diff', 'do not show it')
    .option('--json', 'one JSON object per line on standard output, nothing else')
}

/** Adds the flag that shows why something is to change. */
export function withExplanations(command: Command): Command {
  return command.option(
    '--explain',
    'say of each change which task wants it, and which variables it read, with file, line and column',
  )
}

/** Adds the flag that shows what else stays inside. */
export function withDebug(command: Command): Command {
  return command.option('--debug', 'show the shell that hosts are sent, without secrets')
}

/** Adds the flags that choose tasks. */
export function withTags(command: Command): Command {
  return command
    .option('-t, --tags <tags>', 'only tasks with one of these tags', several)
    .option('--skip-tags <tags>', 'no tasks with one of these tags', several)
}

/** Adds the flag that lets modules be run that are none of ours. */
export function withForeignModules(command: Command): Command {
  return command.option(
    '--foreign-modules',
    'run modules of Ansible that are not here by the Python of the hosts; needs ansible-core on this computer',
  )
}

/** Collects the values of a flag that may be given several times. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** Makes what reads a flag that says how long something takes; 0 is no time at all. */
export function someOf(unit: 'seconds' | 'hours'): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value) || value < 0)
      throw new RangeError(`expected ${unit} from 0, found ${quoted(text)}`)
    return value
  }
}

/** Makes what reads a flag that says for how long, in seconds; 0 is no time at all. */
export function timeUpTo(most: number): (text: string) => number {
  const units: Readonly<Record<string, number>> = { s: 1, m: minute, min: minute, h: hour }
  return (text) => {
    const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?) ?(s|m|min|h)?$/.exec(text.trim()) ?? []
    const seconds = amount === '' ? Number.NaN : Number(amount) * (units[unit] ?? 1)
    if (!(seconds <= most))
      throw new RangeError(
        `expected a time such as 60s, 5min or 1h, ${most / hour}h at most, found ${quoted(text)}`,
      )
    return seconds
  }
}

/** Seconds. Timers of more than some weeks would run out at once. */
const minute = 60
export const hour = 3600

/** Makes what reads a flag that counts something. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new RangeError(`expected a whole number from 1 to ${most}, found ${quoted(text)}`)
    return value
  }
}
