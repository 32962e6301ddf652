import type { Facts } from '../model/facts.ts'
import type { Host } from '../model/host.ts'

/** What is known of the hosts of a run, by their names; nothing of those that could not be asked. */
export function factsOf(
  hosts: readonly { readonly host: Host; readonly facts: Facts | undefined }[],
): ReadonlyMap<string, Facts> {
  return new Map(hosts.flatMap(({ host, facts }) => (facts ? [[host.name, facts] as const] : [])))
}
