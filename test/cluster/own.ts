import type { Member } from '../../src/cluster/index.ts'
import { member, type Words } from './inventory.ts'

/** The words of two machines that serve themselves. */
export const alone: Words = {
  name: 'web',
  balancer: 'none',
  vips: [{ address: '192.0.2.100', vrid: 31 }],
  services: [{ port: 80, check: { type: 'http', path: '/health' } }],
}

/** Machines that serve themselves, with nobody behind them; as many as there are addresses. */
export function itself(
  cluster: Words = alone,
  addresses: readonly string[] = ['192.0.2.11', '192.0.2.12'],
  more: readonly Member[] = [],
): readonly Member[] {
  const names = ['north', 'south', 'east', 'west']
  return [
    ...addresses.map((address, at) => member(names[at] ?? '', address, ['directors'], { cluster })),
    member('watcher', '192.0.2.31', ['clients'], { cluster }),
    ...more,
  ]
}
