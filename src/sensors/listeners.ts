import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { inSections, readSections } from './sections.ts'

/** A program that accepts connections, by the systemd unit it belongs to. */
export interface Listener {
  /** Empty where it belongs to no unit. */
  readonly unit: string
  /** As `systemctl is-enabled` says: `enabled`, `static`, `disabled` …; empty without a unit. */
  readonly enabled: string
}

/** Who listens on a port; `undefined` where it cannot be told (no `ss`, or not root). */
export type ListenersReading = readonly Listener[] | undefined

/** A port of TCP, or one of UDP as in `53/udp`. */
export type Port = number | `${number}/udp`

/** The port of a protocol. */
export function portOf(protocol: 'tcp' | 'udp', port: number): Port {
  return protocol === 'udp' ? `${port}/udp` : port
}

/** Which units listen on ports. */
export const listeners: Sensor<ListenersReading> = {
  name: 'listeners',
  ask: (ports) =>
    lines(
      sh`us_listeners() {
  if ! command -v ss >/dev/null 2>&1; then echo '? no ss'; return 0; fi
  case $1 in */udp) us_kind=-u ;; *) us_kind=-t ;; esac
  ss -H -l "$us_kind" -n -p "sport = :\${1%/udp}" 2>/dev/null | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | sort -u | while read -r us_pid; do
    us_unit=$(sed -n 's,.*/\([^/]*\.service\)$,\1,p' "/proc/$us_pid/cgroup" 2>/dev/null | head -n 1)
    printf 'unit %s %s\n' "$us_unit" "$(systemctl is-enabled "$us_unit" 2>/dev/null)"
  done
}`,
      inSections(ports.map((port) => sh`us_listeners ${port}`)),
    ),
  read: (output, ports) => readSections(output, ports, readUnits),
}

/** Asks who listens on a port. */
export function listenersOn(port: Port): Query<ListenersReading> {
  return { sensor: listeners, subject: String(port), about: [`port:${port}`] }
}

function readUnits(text: string): ListenersReading {
  if (/^\? /m.test(text)) return undefined
  const units = new Map<string, string>()
  for (const [, unit = '', enabled = ''] of text.matchAll(/^unit (\S*) (\S*)$/gm)) units.set(unit, enabled)
  return [...units].map(([unit, enabled]) => ({ unit, enabled }))
}
