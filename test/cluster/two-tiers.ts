import type { Member } from '../../src/cluster/index.ts'
import { member, type Words } from './inventory.ts'

/** The words of a cluster that stands before another, and of that other one. */
export const front = {
  name: 'front',
  backend: { cluster: 'back' },
  vips: [{ address: '10.77.0.100', vrid: 77 }],
  services: [{ port: 80, check: { type: 'http', path: '/understudy-balancer' } }],
}
export const back = {
  name: 'back',
  balancer: 'nginx',
  directors: 'proxies',
  services: [{ port: 80 }],
}

/** Two directors, two proxies and two realservers, told these words; `more` stand beside them, or replace those of their names. */
export function twoTiers(
  ofFront: Words = front,
  ofBack: Words = back,
  more: readonly Member[] = [],
): readonly Member[] {
  const usual = [
    member('d1', '10.77.0.11', ['directors'], { cluster: ofFront }),
    member('d2', '10.77.0.12', ['directors'], { cluster: ofFront }),
    member('client', '10.77.0.31', ['clients'], { cluster: ofFront }),
    member('p1', '10.77.0.21', ['proxies'], { cluster: ofBack }),
    member('p2', '10.77.0.22', ['proxies'], { cluster: ofBack }),
    member('rs1', '10.78.0.41', ['realservers'], { cluster: ofBack }),
    member('rs2', '10.78.0.42', ['realservers'], { cluster: ofBack }),
  ]
  const names = more.map(({ name }) => name)
  return [...usual.filter(({ name }) => !names.includes(name)), ...more]
}
