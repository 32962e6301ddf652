import type { ClusterStatus } from '../model/status.ts'
import type { Paint } from './paint.ts'
import { inOneLine } from './redaction.ts'

/** A cluster on one screen: who holds what, who is well, who gets how much. */
export function statusLines(status: ClusterStatus, paint: Paint): readonly string[] {
  const { cluster, vips, directors, realservers, pools } = status
  const width = Math.max(...[...directors, ...realservers].map(({ host }) => host.length), 4)
  const sign = (well: boolean) => (well ? paint('green', '●') : paint('red', '●'))
  const machine = (
    { host, state, well, software }: ClusterStatus['directors'][number],
    held: readonly string[],
  ) =>
    `  ${sign(well)} ${host.padEnd(width)}  ${well ? '' : paint('red', inOneLine(state))}${held.length > 0 ? `holds ${held.join(', ')}  ` : ''}${well ? paint('dim', software) : ''}`
  return [
    paint('bold', cluster),
    ...vips.flatMap(({ address, holders }) =>
      holders.length === 1
        ? []
        : [
            `  ${paint('red', holders.length === 0 ? `nobody holds ${address}` : `${holders.join(' and ')} both hold ${address}`)}`,
          ],
    ),
    paint('dim', 'directors'),
    ...directors.map((one) =>
      machine(
        one,
        vips.filter(({ holders }) => holders.includes(one.host)).map(({ address }) => address),
      ),
    ),
    paint('dim', 'realservers'),
    ...realservers.map((one) => machine(one, [])),
    ...pools.flatMap(({ service, servers }) => [
      paint('dim', service),
      ...servers.map(
        ({ host, inPool, weight, active, inactive }) =>
          `  ${sign(inPool)} ${host.padEnd(width)}  ${inPool ? '' : paint('red', 'out of the pool  ')}${weight === undefined ? '' : `weight ${weight}  ${active} active, ${inactive} closing`}`,
      ),
    ]),
  ]
}

/** Is everything as it should be? */
export function isWell({ vips, directors, realservers, pools }: ClusterStatus): boolean {
  return (
    vips.every(({ holders }) => holders.length === 1) &&
    [...directors, ...realservers].every(({ well }) => well) &&
    pools.every(({ servers }) => servers.every(({ inPool }) => inPool))
  )
}
