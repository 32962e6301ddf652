import type { Query, Sensor } from '../model/sensor.ts'
import { askRoutes } from './host-routes.ts'

/** A route through a router, as it stands in the main table. */
export interface RouteByRouter {
  /** A network with its prefix; 0.0.0.0/0 or ::/0 for everything else. */
  readonly to: string
  readonly via: string
}

const sensor: Sensor<readonly RouteByRouter[]> = {
  name: 'routes-by-router',
  ask: () => askRoutes,
  read: (output, subjects) => {
    const routes = output.split('\n').flatMap((line) => {
      const [to = '', ...words] = line.trim().split(/\s+/)
      const via = words[words.indexOf('via') + 1]
      return words.includes('via') && via ? [{ to: withPrefix(to, via), via }] : []
    })
    return new Map(subjects.map((subject) => [subject, routes]))
  },
}

/** Every route of a machine that leads through another. */
export const routesByRouter: Query<readonly RouteByRouter[]> = { sensor, subject: '', about: [] }

/** `ip` prints the default route by that word, and a single host without its prefix. */
function withPrefix(to: string, via: string): string {
  const isSix = via.includes(':')
  if (to === 'default') return isSix ? '::/0' : '0.0.0.0/0'
  return to.includes('/') ? to : `${to}/${isSix ? 128 : 32}`
}
