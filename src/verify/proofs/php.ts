import { phpOn, phpUnits } from '../../cluster/index.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { unitNamed } from '../../sensors/units.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { starting } from './boot.ts'
import { factsOfHost } from './holder.ts'

/** What a machine is asked about its PHP. */
export function phpQueries({ php = [] }: ExpectedCluster, host: string): readonly Query<unknown>[] {
  return php.includes(host) ? phpUnits.map(unitNamed) : []
}

/** PHP runs wherever pages are served; that it answers is seen by the health page, which it runs itself. */
export function phpProofs({ php = [] }: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return php.flatMap((host): readonly ProofResult[] => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const unit = phpOn({ php: { packages: [] } }, member.read(factsOfHost))?.unit
    if (unit === undefined) return []
    const { load, active, enabled } = member.read(unitNamed(unit))
    const common = { name: 'PHP runs, also after a reboot', subject: host }
    const state = `${unit}: ${active}, ${enabled || load}`
    if (active === 'active' && starting.has(enabled)) return [{ ...common, verdict: 'pass', seen: state }]
    return [
      {
        ...common,
        verdict: 'fail',
        expected: 'active, enabled',
        seen: state,
        cause:
          load === 'not-found' ? 'its package is missing' : 'it was stopped, or it refuses its configuration',
        next: `on ${host}: systemctl status ${unit}`,
      },
    ]
  })
}
