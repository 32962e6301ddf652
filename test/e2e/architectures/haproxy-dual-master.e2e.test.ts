import { architecture } from '../architecture.ts'
import { bounded } from '../bounded.ts'
import { tryingAll } from '../in-place.ts'
import { killed } from '../killed.ts'
import { leftAlone } from '../left-alone.ts'

architecture('haproxy-dual-master', '10.94.0', (cluster) => {
  leftAlone(cluster)
  killed(cluster)
  if (tryingAll) bounded(cluster)
})
