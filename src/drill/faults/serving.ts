import type { Script } from '../../model/script.ts'
import { sh } from '../../shell/quote.ts'
import type { Struck } from '../fault.ts'

/** What serves on a machine that is struck. */
export type Serving = Pick<Struck, 'unit' | 'socket'>

/** With its socket, or the next client would have it started again. */
export function stopServer({ unit, socket = unit }: Serving): Script {
  return sh`systemctl stop ${unitsOf(unit, socket)}`
}

/** Starts it as it was: its socket first, which a service that runs already would keep from listening. */
export function startServer({ unit, socket = unit }: Serving): Script {
  const units = unitsOf(unit, socket)
  return sh`systemctl reset-failed ${units} 2>/dev/null || :; systemctl start ${units}`
}

function unitsOf(unit: string, socket: string): readonly string[] {
  return [...new Set([socket, unit])]
}
