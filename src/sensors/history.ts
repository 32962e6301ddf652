import { type RememberedDeed, readDeed } from '../model/deed.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** What a machine remembers of what was done to it, the oldest first; why it cannot tell where it cannot. */
export type HistoryReading =
  | { readonly told: true; readonly deeds: readonly RememberedDeed[] }
  | { readonly told: false; readonly why: string }

/** The last entries of ours in the journal (journalctl(1), systemd.journal-fields(7)); a subject is how many at most. */
const history: Sensor<HistoryReading> = {
  name: 'history',
  ask: ([most = '100']) => sh`
if command -v journalctl >/dev/null 2>&1; then
  journalctl --quiet --no-pager -t understudy -o json -n ${most} 2>&1 || :
else echo '! it keeps no journal of systemd'; fi`,
  read: (output, subjects) => new Map(subjects.map((subject) => [subject, readHistory(output)])),
}

/** Asks for as many of the last things that were done to a machine. */
export function lastDeeds(most: number): Query<HistoryReading> {
  return { sensor: history, subject: String(most), about: [] }
}

function readHistory(output: string): HistoryReading {
  const lines = output.split('\n').filter((line) => line !== '')
  const refused = lines.find((line) => !line.startsWith('{'))
  if (refused !== undefined && !lines.some((line) => line.startsWith('{')))
    return { told: false, why: refused.replace(/^! /, '') }
  return { told: true, deeds: lines.flatMap((line) => entry(line) ?? []) }
}

function entry(line: string): RememberedDeed | undefined {
  try {
    const { MESSAGE: message, __REALTIME_TIMESTAMP: time } = JSON.parse(line) as Record<string, unknown>
    return typeof message === 'string' ? readDeed(message, Number(time) / 1000) : undefined
  } catch {
    return undefined
  }
}
