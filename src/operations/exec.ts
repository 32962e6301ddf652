import { type ForeignUse, type IntentRequest, loadAdHoc } from '../config/index.ts'
import type { Locking } from './locking.ts'
import { type InventoryOptions, secretTeller } from './options.ts'
import { packageRoot } from './places.ts'
import { type RunOptions, type RunResult, runIntent } from './run.ts'

/** One thing to do on some hosts, without a playbook. */
export interface ExecOptions extends InventoryOptions, RunOptions, Locking {
  /** Pattern of hosts: `a:b`, `&c`, `!d`, globs. */
  readonly hosts: string
  /** Kind of thing, as in a task: `package`, `copy`, `service` …; `command` where it is not said. */
  readonly kind?: string
  /** A module of Ansible that is none of ours is run as Ansible runs it, see `PlaybookOptions`. */
  readonly foreignModules?: boolean | undefined
  /** Its fields, `name=value …`; of `command` and `shell` the command itself. */
  readonly fields: string
  /** Where files that the fields name are looked for; the working directory where it is not said. */
  readonly directory?: string
}

/** Does one thing on some hosts; `steps` of the result has what commands printed. Throws `Failure` on bad input. */
export function exec(options: ExecOptions): Promise<RunResult> {
  return runTask(options, { did: 'exec', locks: true })
}

/** Says what `exec` would do, and does nothing. */
export function planExec(options: ExecOptions): Promise<RunResult> {
  return runIntent(
    (onHosts) => loadTask(options, 'asked', onHosts),
    { command: 'plan', verify: false, locks: false },
    options,
  )
}

/** One thing that is called `did` in journals; only what changes nothing may go without locks. */
export function runTask(
  options: ExecOptions,
  how: { readonly did: string; readonly locks: boolean },
): Promise<RunResult> {
  return runIntent(
    (onHosts) => loadTask(options, 'run', onHosts),
    { command: 'apply', verify: false, ...how },
    options,
  )
}

function loadTask(
  { kind = 'command', directory = process.cwd(), ...options }: ExecOptions,
  use: ForeignUse,
  onHosts: IntentRequest['onHosts'],
) {
  const { inventory, limit, extraVars = [], vaultPasswords, become, settings, hosts, fields } = options
  return loadAdHoc({
    inventory,
    limit,
    extraVars,
    vaultPasswords,
    become,
    settings,
    onSecret: secretTeller(options),
    packageRoot,
    hosts,
    kind,
    fields,
    directory,
    onHosts,
    foreign: options.foreignModules ? use : undefined,
  })
}
