import { type Cluster, tiersOf } from '../cluster/index.ts'

/**
 * What to do where nobody answers at the port of a program: one that runs keeps the port that its version has until it is deployed anew,
 * which comes too late for directors that are told of the other one, and too early without them.
 */
export function nextForMoved(
  cluster: Cluster,
  silent: readonly { readonly host: string; readonly port: number }[],
): string | undefined {
  const moved = tiersOf(cluster)
    .flatMap(({ applications }) => applications)
    .find(
      ({ service, hosts, port }) =>
        service !== undefined && silent.some((one) => one.port === port && hosts.includes(one.host)),
    )
  return (
    moved &&
    `where ${moved.name} had another port than ${moved.port} before, it keeps that one until understudy deploy, and nobody would be served meanwhile: give it another name with this port, and apply brings it beside, tells directors, and then stops the former one`
  )
}
