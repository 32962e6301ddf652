import { architecture } from '../architecture.ts'
import { bounded } from '../bounded.ts'
import { tryingAll } from '../in-place.ts'

architecture('hot-standby', '10.90.1', (cluster) => {
  if (tryingAll) bounded(cluster)
})
