import { routeWords, ruleWords } from '../cluster/index.ts'
import type { RouteChange } from '../model/drill.ts'
import { readRoute, readRule } from '../sensors/routing.ts'
import { isRoute, isRule } from '../verify/proofs/routes.ts'
import type { Scene } from './scene.ts'
import type { Account } from './timeline.ts'

/** When the routes and rules that move with VIPs came and went, on our clock; others are nobody's business here. */
export function routeChanges(
  accounts: readonly Account[],
  routing: Scene['routing'],
): readonly RouteChange[] {
  return accounts
    .flatMap(({ host, skew, watched }) =>
      (watched.routes ?? []).flatMap(({ at, text }) => {
        const [, gone, rest = ''] = /^(Deleted )?(.*)/.exec(text) ?? []
        const route = nameOf(rest, routing)
        return route === undefined ? [] : [{ at: at - skew, host, came: gone === undefined, route }]
      }),
    )
    .toSorted((a, b) => a.at - b.at)
}

/** `ip monitor` does not say of which family a rule is where nothing in it does. */
function nameOf(line: string, routing: Scene['routing']): string | undefined {
  const families = [false, true]
  for (const { routes, rules } of routing) {
    const route = routes.find((one) =>
      families.some((six) => {
        const found = readRoute(line, six)
        return found !== undefined && isRoute(found, one)
      }),
    )
    if (route) return routeWords(route)
    const rule = rules.find((one) =>
      families.some((six) => {
        const found = readRule(line, six)
        return found !== undefined && isRule(found, one)
      }),
    )
    if (rule) return `rule ${ruleWords(rule)}`
  }
  return undefined
}
