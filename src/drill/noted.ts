import type { Cluster } from '../cluster/index.ts'
import type { DrillResult } from '../model/drill.ts'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import { sh } from '../shell/quote.ts'
import type { SessionOf } from '../verify/absent.ts'
import { carryOut } from './script-run.ts'

/** Where directors keep what the last drill of each name showed; templates/metrics.hbs reads it. */
const kept = '/var/lib/understudy/last-drills'

/**
 * Leaves on the directors what a drill showed, for those who watch the cluster: whoever drills, and from wherever, they ask there. A
 * director that cannot be told learns of the next one.
 */
export async function noteDrill(
  { directors, monitoring }: Cluster,
  result: DrillResult,
  { session, signal }: { readonly session: SessionOf; readonly signal: AbortSignal },
): Promise<void> {
  if (!monitoring) return
  await Promise.all(
    directors.map(async ({ host }) => {
      try {
        await carryOut(await session(host), noting(result), signal)
      } catch (error) {
        // Also where somebody interrupts: what the drill showed is told all the same.
        if (!(error instanceof Failure)) throw error
      }
    }),
  )
}

/** A reader must never find half of it. */
function noting({ name, startedAt, services, bound, passed }: DrillResult): Script {
  const outage = Math.max(0, ...services.map(({ felt }) => felt.longest))
  const line = [name, ...[startedAt, outage, bound.milliseconds].map(inSeconds), passed ? 1 : 0].join(' ')
  return sh`mkdir -p ${kept.slice(0, kept.lastIndexOf('/'))}
{
  if [ -e ${kept} ]; then grep -v ${`^${name} `} ${kept} || :; fi
  printf '%s\n' ${line}
} >${`${kept}.new`}
mv -f ${`${kept}.new`} ${kept}`
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}
