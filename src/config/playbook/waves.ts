import { z } from 'zod'
import type { Order } from './spec.ts'

/** A size of a wave: a number of hosts, or a share of all. */
export const waveSize = z.union([
  z.int().min(1, 'must be at least 1'),
  z.string().regex(/^\d+%?$/, 'must be a number of hosts or a share such as "30%"'),
])

/** Splits hosts into waves by `serial`: counts or shares of all, the last of which repeats. */
export function wavesOf(
  hosts: readonly string[],
  serial: readonly (number | string)[],
): readonly (readonly string[])[] {
  if (serial.length === 0) return hosts.length > 0 ? [hosts] : []
  const waves: (readonly string[])[] = []
  let from = 0
  while (from < hosts.length) {
    const size = sizeOf(serial[Math.min(waves.length, serial.length - 1)] ?? hosts.length, hosts.length)
    waves.push(hosts.slice(from, from + size))
    from += size
  }
  return waves
}

/** Hosts in the order a play asks for. */
export function inOrderOf(hosts: readonly string[], order: Order): readonly string[] {
  if (order === 'sorted') return hosts.toSorted()
  if (order === 'reverse_sorted') return hosts.toSorted().toReversed()
  if (order === 'shuffle') {
    const drawn = hosts.map((host) => ({ host, lot: Math.random() }))
    return drawn.toSorted((a, b) => a.lot - b.lot).map(({ host }) => host)
  }
  return order === 'reverse_inventory' ? hosts.toReversed() : hosts
}

/** At least one host, whatever the share. */
function sizeOf(serial: number | string, all: number): number {
  const share = /^(\d+)%$/.exec(String(serial))?.[1]
  return Math.max(1, share === undefined ? Number(serial) : Math.floor((all * Number(share)) / 100))
}
