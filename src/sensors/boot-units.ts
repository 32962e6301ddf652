import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A unit of Understudy's that brings something back at boot. */
export interface BootUnitReading {
  readonly name: string
  readonly text: string
}

/** What such units bring back. */
export type BroughtBack = 'vip' | 'route'

/** Units by what they bring back. Every line has a bar before it, so that none can be taken for a heading. */
const bootUnits: Sensor<readonly BootUnitReading[]> = {
  name: 'boot-units',
  ask: (kinds) => sh`for us_k in ${kinds}; do
  for us_f in /etc/systemd/system/understudy-"$us_k"-*.service; do
    if [ -f "$us_f" ] && [ -r "$us_f" ]; then printf '# %s %s\n' "$us_k" "\${us_f##*/}"; sed 's/^/|/' "$us_f"; fi
  done
done`,
  read: (output, kinds) => {
    const all = [...output.matchAll(/^# (\S+) (\S+)\n((?:\|.*\n?)*)/gm)].map(
      ([, kind = '', name = '', body = '']) => ({
        kind,
        unit: { name, text: body.replaceAll(/^\|/gm, '') },
      }),
    )
    return new Map(
      kinds.map((wanted) => [wanted, all.flatMap(({ kind, unit }) => (kind === wanted ? [unit] : []))]),
    )
  },
}

/** Asks for all units that bring back addresses, or routes. */
export function bootUnitsFor(kind: BroughtBack): Query<readonly BootUnitReading[]> {
  return { sensor: bootUnits, subject: kind, about: [`boot-units:${kind}`] }
}
