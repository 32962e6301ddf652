import { carryOut } from '../drill/script-run.ts'
import { letGo } from '../drill/standing-connections.ts'
import type { SessionPool } from './sessions.ts'

/** Ends on these directors what a handover minutes ago has left there: traffic control that hands connections on. */
export async function letGoOfConnections(
  directors: readonly string[],
  pool: SessionPool,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(directors.map(async (host) => carryOut(await pool.session(host), letGo(), signal)))
}
