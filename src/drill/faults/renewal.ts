import { type Cluster, innermost } from '../../cluster/index.ts'
import { embed, lines, sh } from '../../shell/quote.ts'
import type { Fault } from '../fault.ts'
import { onlyOurWay } from './only-our-way.ts'
import { clear } from './traffic-control.ts'

const needs = {
  what: 'certificates that an authority issues to its directors, in a single tier',
  met: (cluster: Cluster) => innermost(cluster) === cluster && cluster.acme !== undefined,
}

const renew = embed(sh`/usr/local/lib/understudy/acme-renew --force`)

/** Faults in the renewal of certificates. Authorities count what they issue, so nobody makes these without asking for them by name. */
export const renewalFaults: readonly Fault[] = [
  {
    name: 'certificate-renewed',
    summary:
      'the director that holds the VIP has its certificates renewed, and loads them; only where it is named',
    strikes: 'holder',
    toll: 'nothing',
    onlyByName: true,
    needs,
    inject: () => sh`${renew} >/dev/null`,
    undo: () => sh`:`,
  },
  {
    name: 'renewal-interrupted',
    summary:
      'the director that holds the VIP is cut off, as by cable-pulled, in the middle of a renewal; only where it is named',
    strikes: 'holder',
    toll: 'takeover',
    onlyByName: true,
    needs,
    inject: (struck) =>
      lines(
        // Some seconds later it has an order, and no certificate yet.
        sh`(${renew} </dev/null >/dev/null 2>&1 &)
sleep 3`,
        onlyOurWay(struck),
      ),
    undo: clear('clsact'),
  },
]
