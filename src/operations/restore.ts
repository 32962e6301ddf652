import { Failure } from '../model/failure.ts'
import { listVersions, putBack } from '../resources/backup.ts'
import { runTask } from './exec.ts'
import type { Locking } from './locking.ts'
import type { InventoryOptions } from './options.ts'
import type { RunOptions, RunResult } from './run.ts'

/** A file of some hosts that an earlier run replaced. */
export interface KeptFile extends InventoryOptions, RunOptions {
  /** Pattern of hosts: `a:b`, `&c`, `!d`, globs. */
  readonly hosts: string
  /** The file, by its path on the hosts. */
  readonly path: string
}

/** Which version of a file is to come back. */
export interface RestoreOptions extends KeptFile, Locking {
  /** The version, or the beginning of its name; the newest where it is not said. */
  readonly version?: string
}

/** Puts back a file as it was before an earlier run replaced it. */
export async function restore(options: RestoreOptions): Promise<RunResult> {
  return onHosts(options, putBack(options.path, options.version ?? ''), true)
}

/** Which versions of a file are kept: `steps` of the result has what each host says. */
export async function keptVersions(options: KeptFile): Promise<RunResult> {
  return onHosts(options, listVersions(options.path), false)
}

function onHosts({ path, ...options }: KeptFile, script: string, locks: boolean): Promise<RunResult> {
  if (!path.startsWith('/'))
    throw new Failure('INVALID_INPUT', `${path} is no path from the root`, { next: 'write /etc/…' })
  return runTask({ ...options, kind: 'shell', fields: script }, { did: 'restore', locks })
}
