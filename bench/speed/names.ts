/** The names that results are kept under. */
export const names = {
  floor: 'plain ssh',
  cheapest: 'plain ssh, cheapest key exchange',
  understudy: 'Understudy',
  kept: 'Understudy, connections kept',
  ansible: 'Ansible',
  mitogen: 'Ansible with Mitogen',
  pyinfra: 'pyinfra',
} as const

/** What everything that Node starts takes at least. */
export const nothing = 'node -e 0'

/** So many machines, in words. */
export function hostsOf(count: number): string {
  return count === 1 ? '1 host' : `${count} hosts`
}
