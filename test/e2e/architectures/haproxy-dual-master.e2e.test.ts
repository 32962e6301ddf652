import { architecture } from '../architecture.ts'
import { killed } from '../killed.ts'
import { leftAlone } from '../left-alone.ts'

architecture('haproxy-dual-master', '10.94.0', (cluster) => {
  leftAlone(cluster)
  killed(cluster)
})
