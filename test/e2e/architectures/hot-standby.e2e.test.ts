import { architecture } from '../architecture.ts'
import { both } from '../both.ts'
import { bounded } from '../bounded.ts'
import { tryingAll } from '../in-place.ts'

architecture('hot-standby', '10.90.1', (cluster) => {
  if (tryingAll) bounded(cluster)
})

if (tryingAll)
  both({
    inventory: 'hot-standby',
    network: '10.90.6',
    images: { d2: 'trixie' },
    alone: [],
    apart: false,
    faults: ['realserver-stopped', 'balancer-hung', 'cable-pulled'],
  })
