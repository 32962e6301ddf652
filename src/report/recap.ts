import type { HostRecap } from '../model/event.ts'
import type { Paint } from './paint.ts'

/** A table like Ansible's, with what Understudy adds: trips and seconds of each host. */
export function recapLines(recaps: readonly HostRecap[], paint: Paint): readonly string[] {
  if (recaps.length === 0) return []
  const width = Math.max(4, ...recaps.map(({ host }) => host.length))
  const cell = (label: string, value: number, colour: Parameters<Paint>[0]) => {
    const text = `${label}=${value}`.padEnd(label.length + 4)
    return value > 0 ? paint(colour, text) : paint('dim', text)
  }
  return [
    '',
    paint('bold', 'Recap'),
    ...recaps.map((recap) => {
      const name = recap.host.padEnd(width)
      const unreachable = recap.outcome === 'unreachable' ? 1 : 0
      return [
        `  ${recap.outcome === 'ok' ? paint('green', name) : paint('red', name)} `,
        cell('ok', recap.converged, 'green'),
        cell('changed', recap.changed, 'yellow'),
        cell('pending', recap.pending, 'yellow'),
        cell('failed', recap.failed, 'red'),
        cell('unreachable', unreachable, 'red'),
        cell('skipped', recap.skipped, 'cyan'),
        paint('dim', `trips=${recap.trips} ${recap.seconds.toFixed(1)} s`),
      ].join(' ')
    }),
  ]
}
