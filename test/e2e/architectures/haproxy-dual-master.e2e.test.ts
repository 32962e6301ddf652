import { architecture } from '../architecture.ts'
import { both } from '../both.ts'
import { bounded } from '../bounded.ts'
import { tryingAll } from '../in-place.ts'
import { killed } from '../killed.ts'
import { leftAlone } from '../left-alone.ts'

architecture('haproxy-dual-master', '10.94.0', (cluster) => {
  leftAlone(cluster)
  killed(cluster)
  if (tryingAll) bounded(cluster)
})

if (tryingAll)
  both({
    inventory: 'haproxy-dual-master',
    network: '10.94.1',
    images: { d2: 'el9' },
    alone: ['rs1'],
    apart: true,
    faults: ['realserver-stopped', 'realserver-unreachable', 'balancer-stopped', 'realservers-gone'],
  })
