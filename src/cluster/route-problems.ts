import type { Facts } from '../model/facts.ts'
import { canonical, inNetwork } from './addresses.ts'
import type { Cluster, Director, Vip } from './cluster.ts'
import { allAddresses } from './network.ts'
import type { FactProblem } from './rules/facts.ts'
import { eachAddress } from './together.ts'

/** Routes and rules of a VIP that a director could not have. */
export function routeProblems(
  cluster: Cluster,
  vip: Vip,
  index: number,
  { host }: Director,
  facts: Facts,
): readonly FactProblem[] {
  const has = Object.keys(facts.interfaces).toSorted().join(', ')
  const missing = (name: string | undefined, path: readonly PropertyKey[]): readonly FactProblem[] =>
    name === undefined || name in facts.interfaces
      ? []
      : [
          {
            rule: 'facts-no-interface',
            severity: 'error',
            message: `${host} has no interface ${name}`,
            next: `It has ${has}.`,
            host,
            path: ['cluster', 'vips', index, ...path],
          },
        ]
  return [
    ...vip.routes.flatMap(({ via, dev, family }, at): readonly FactProblem[] => {
      const absent = missing(dev, ['routes', at, 'dev'])
      if (absent.length > 0 || via === undefined || /^fe[89ab]/.test(via)) return absent
      const own = allAddresses(cluster, { family }, facts)
      // Those that the VIPs themselves bring are there before the route is.
      const brought = eachAddress(vip).flatMap(({ address, prefix, family: of }) =>
        prefix === undefined ? [] : [{ address, prefix, family: of }],
      )
      const path = ['cluster', 'vips', index, 'routes', at, 'via']
      if (own.some(({ address }) => canonical(address) === canonical(via)))
        return [
          {
            rule: 'facts-router-itself',
            severity: 'error',
            message: `the router ${via} is ${host} itself`,
            next: 'Give the address of a router beside the directors.',
            host,
            path,
          },
        ]
      if ([...own, ...brought].some((one) => inNetwork(via, one))) return []
      const shown = own.map(({ address, prefix }) => `${address}/${prefix}`).join(', ')
      return [
        {
          rule: 'facts-router-outside',
          severity: 'error',
          message: `the router ${via} is in no network of ${host} (${shown || 'no address of its family'})`,
          next: 'Give the address of a router beside the directors, or the VIP a prefix that takes it in.',
          host,
          path,
        },
      ]
    }),
    ...vip.rules.flatMap(({ iif }, at) => missing(iif, ['rules', at, 'iif'])),
  ]
}
