import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A route of the main table; `undefined`: there is none to exactly this destination. */
export type RouteReading = { readonly via?: string; readonly dev?: string; readonly src?: string } | undefined

/** Prints the main table of both families. */
export const askRoutes = sh`ip -4 route 2>/dev/null || :; ip -6 route 2>/dev/null || :`

/** Routes by destination, as `ip route` prints them: a single host without its prefix. */
export const hostRoutes: Sensor<RouteReading> = {
  name: 'host-routes',
  ask: () => askRoutes,
  read: (output, subjects) => {
    const routes = output.split('\n').map((line) => line.trim().split(/\s+/))
    return new Map(
      subjects.map((subject) => {
        const words = routes.find(
          (route) =>
            route[0] === subject ||
            `${route[0]}/32` === subject ||
            `${route[0]}/128` === subject ||
            isDefault(route, subject),
        )
        return [subject, words && readRoute(words)]
      }),
    )
  },
}

/** Asks for the route to a destination. */
export function routeTo(destination: string): Query<RouteReading> {
  return { sensor: hostRoutes, subject: destination, about: [`route:${destination}`] }
}

/** `0.0.0.0/0` and `::/0` are printed as `default`; the router's address tells which. */
function isDefault([to, ...rest]: readonly string[], subject: string): boolean {
  if (to !== 'default' || !/^(0\.0\.0\.0|::)\/0$/.test(subject)) return false
  return rest.some((word) => word.includes(':')) === subject.includes(':')
}

function readRoute(words: readonly string[]): RouteReading {
  const after = (word: 'via' | 'dev' | 'src') => {
    const at = words.indexOf(word)
    return at < 0 ? {} : { [word]: words[at + 1] }
  }
  return { ...after('via'), ...after('dev'), ...after('src') }
}
