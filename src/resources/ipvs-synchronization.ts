import type { Difference } from '../model/change.ts'
import type { Script } from '../model/script.ts'
import type { IpvsSynchronization, SynchronizationPlace } from '../sensors/ipvs.ts'
import { lines, sh } from '../shell/quote.ts'

/** Something of the kernel's IPVS that is put back, and how. */
export interface Repair extends Pick<Difference & { is: 'attribute' }, 'name' | 'before' | 'after'> {
  readonly script: Script
}

/** Where connections are to be told and heard of; `false`: not at all. */
type Wanted = SynchronizationPlace | false | undefined

/** keepalived starts them when it reads its configuration, and never looks again; it stops none of those it has started. */
export function synchronizationRepairs(
  wanted: Wanted,
  found: IpvsSynchronization | undefined,
): readonly Repair[] {
  if (wanted === undefined || found === undefined) return []
  const show = (place: Wanted) => (place ? `${place.interface}, id ${place.id}` : undefined)
  const daemons = [
    { daemon: 'master', name: 'connections told', at: found.tells },
    { daemon: 'backup', name: 'connections heard', at: found.hears },
  ]
  return daemons
    .filter(({ at }) => show(at) !== show(wanted))
    .map(({ daemon, name, at }) => ({
      name,
      before: show(at),
      after: show(wanted),
      script: lines(
        sh`ipvsadm --stop-daemon ${daemon} 2>/dev/null || :`,
        // A keepalived that has just been reloaded may be starting it itself.
        ...(wanted
          ? [
              sh`ipvsadm --start-daemon ${daemon} --mcast-interface ${wanted.interface} --syncid ${wanted.id} 2>/dev/null ||
  ipvsadm -L --daemon | grep -qF ${`${daemon} sync daemon (mcast=${wanted.interface}, syncid=${wanted.id}`}`,
            ]
          : []),
      ),
    }))
}

/** Is there something that a keepalived which reads its configuration leaves as it is? It starts what is missing, and stops nothing that it no longer has a word of. */
export function synchronizationOutlives(wanted: Wanted, found: IpvsSynchronization | undefined): boolean {
  return synchronizationRepairs(wanted, found).some(({ before }) => before !== undefined)
}
