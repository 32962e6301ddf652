import type { HostRun } from '../engine/host.ts'
import type { Emit, RollingStep } from '../model/event.ts'
import type { SessionPool } from './sessions.ts'

/** What waves are gone through with. */
export interface RollingTools {
  /** Over all machines of the clusters. */
  readonly pool: SessionPool
  readonly emit: Emit
  readonly signal: AbortSignal
  /** All hosts of the run. */
  readonly hosts: readonly HostRun[]
}

/** Says what was done beside the changes of a wave, and that it took the time `since` then, by `performance.now()`. */
export function tellRolling(emit: Emit, host: string, step: RollingStep, since: number, told = ''): void {
  emit({ is: 'rolling', host, step, seconds: (performance.now() - since) / 1000, told })
}
