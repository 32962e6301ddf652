import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** Established TCP connections by the other end, as in `10.0.0.21:80`; `undefined` without `ss`. */
export type PeersReading = ReadonlyMap<string, number> | undefined

/** Counts connections as `ss` (ss(8)) lists them. */
export const peers: Sensor<PeersReading> = {
  name: 'peers',
  ask: () => sh`if command -v ss >/dev/null 2>&1; then
  echo ss
  ss -H -n -t state established | awk '{ count[$4]++ } END { for (peer in count) print count[peer], peer }'
fi`,
  read: (output, subjects) => {
    const found = [...output.matchAll(/^(\d+) (\S+)$/gm)]
    const reading = /^ss$/m.test(output)
      ? new Map(found.map(([, count, peer = '']) => [peer, Number(count)]))
      : undefined
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks to whom a host is connected. */
export const connectedPeers: Query<PeersReading> = { sensor: peers, subject: '', about: [] }
