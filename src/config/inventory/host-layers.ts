import type { Binding, Layer } from '../expressions/scope.ts'
import { secretByName } from '../secrets.ts'
import type { InventoryHost } from './inventory.ts'

/** What a host is called. */
export function itself({ name }: InventoryHost): Layer {
  return new Map<string, Binding>([
    ['inventory_hostname', { read: () => name }],
    ['inventory_hostname_short', { read: () => name.split('.')[0] }],
  ])
}

/** What the inventory says of a host: the winners, or what was overruled by so many others. */
export function saidOf({ variables }: InventoryHost, nth = 0): Layer {
  return new Map(
    [...variables].flatMap(([name, { value, losers }]): [string, Binding][] => {
      const said = nth === 0 ? value : losers[nth - 1]?.value
      return said ? [[name, { sourced: secretByName(name, said) }]] : []
    }),
  )
}

/** Groups of a host as `group_names` has them. */
export function groupNames(groups: readonly string[]): readonly string[] {
  return groups.filter((name) => name !== 'all').toSorted()
}
