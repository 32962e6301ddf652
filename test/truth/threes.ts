import { seeded } from '../verify/balancers.ts'
import { type Damage, type Place, places } from './damage.ts'

const parts = Object.keys(places) as Place[]

/**
 * All damages, one of each part of the cluster at a time, so that what is planned for each machine can still be told
 * apart; those that no proof sees stand together.
 */
export function inThrees(damages: readonly Damage[]): readonly (readonly Damage[])[] {
  return (['fails', 'holds'] as const).flatMap((verify) => {
    const queues = parts.map((part) => damages.filter((one) => one.on === part && one.verify === verify))
    const rounds = Math.max(...queues.map((queue) => queue.length))
    return Array.from({ length: rounds }, (_, round) => queues.flatMap((queue) => queue[round] ?? []))
  })
}

/** As many combinations of three as asked for, one damage of each part, the same for the same seed. */
export function shuffledThrees(
  damages: readonly Damage[],
  { rounds, seed }: { readonly rounds: number; readonly seed: number },
): readonly (readonly Damage[])[] {
  const next = seeded(seed)
  return Array.from({ length: rounds }, () =>
    thatCanBeTold(
      parts.flatMap((part) => {
        const queue = damages.filter((one) => one.on === part)
        return queue[Math.floor(next() * queue.length)] ?? []
      }),
    ),
  )
}

/** Where keepalived of the master is hit, the backup may be elected: the VIP on its interface is then its own. */
function thatCanBeTold(three: readonly Damage[]): readonly Damage[] {
  const isElected = three.some(
    ({ on, plan, verify }) => on === 'master' && verify === 'fails' && plan.includes('service[keepalived]'),
  )
  return three.filter(({ on, plan }) => !(isElected && on === 'backup' && plan.includes('stray_vip[*]')))
}
