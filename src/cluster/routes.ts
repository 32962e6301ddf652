import { canonical, familyOf } from './addresses.ts'
import type { Family, Vip } from './cluster.ts'
import type { RoutingRule, VirtualRoute } from './virtual-routes.ts'
import type { RouteSettings, RuleSettings } from './vocabulary/routes.ts'

/** The routes and rules that go with a VIP, every destination in the form of a network. */
export function routingOf(
  family: Family,
  { routes, rules }: { readonly routes: readonly RouteSettings[]; readonly rules: readonly RuleSettings[] },
): Pick<Vip, 'routes' | 'rules'> {
  return {
    routes: routes.map(({ to, via, dev, src, table, metric }) => ({
      family: familyOf(to),
      to: networkIn(to),
      ...(via === undefined ? {} : { via: canonical(via) }),
      ...(dev === undefined ? {} : { dev }),
      ...(src === undefined ? {} : { src: canonical(src) }),
      // The kernel's main table is the one that is asked where nobody says another.
      ...(table === undefined || table === 254 ? {} : { table }),
      ...(metric === undefined ? {} : { metric }),
    })),
    rules: rules.map(({ priority, table, from, to, iif, fwmark }) => {
      const told = from ?? to
      return {
        family: told === undefined ? family : familyOf(told),
        priority,
        table,
        ...(from === undefined ? {} : { from: networkIn(from) }),
        ...(to === undefined ? {} : { to: networkIn(to) }),
        ...(iif === undefined ? {} : { iif }),
        ...(fwmark === undefined ? {} : { fwmark }),
      }
    }),
  }
}

function networkIn(written: string): string {
  const [address = '', prefix] = written.split('/')
  return `${canonical(address)}/${prefix ?? (familyOf(address) === 'ipv6' ? 128 : 32)}`
}

/** A route in the words of ip-route(8), which keepalived knows, too. */
export function routeWords({ to, via, dev, src, table, metric }: VirtualRoute): string {
  return [
    to,
    ...(via === undefined ? [] : ['via', via]),
    ...(dev === undefined ? [] : ['dev', dev]),
    ...(src === undefined ? [] : ['src', src]),
    ...(table === undefined ? [] : ['table', table]),
    ...(metric === undefined ? [] : ['metric', metric]),
  ].join(' ')
}

/** A rule in the words of keepalived.conf(5), which are those of ip-rule(8). */
export function ruleWords({ family, priority, from, to, iif, fwmark, table }: RoutingRule): string {
  return [
    ...(from === undefined ? [] : ['from', from]),
    ...(to === undefined ? [] : ['to', to]),
    ...(iif === undefined ? [] : ['iif', iif]),
    ...(fwmark === undefined ? [] : ['fwmark', fwmark]),
    'table',
    table,
    'preference',
    priority,
    // Nothing else of it may tell. It comes last, as keepalived passes over the word behind it.
    ...(family === 'ipv6' && from === undefined && to === undefined ? ['inet6'] : []),
  ].join(' ')
}
