import type { DrillName } from '../../model/drill-event.ts'

/** What a drill is called: the same one may have struck several machines, one after the other. */
export function titleOf({ name, on }: Pick<DrillName, 'name' | 'on'>): string {
  return on === undefined ? name : `${name} on ${on}`
}
