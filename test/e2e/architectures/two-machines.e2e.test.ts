import { architecture } from '../architecture.ts'
import { bounded } from '../bounded.ts'
import { everyTls } from '../every-tls.ts'
import { floating } from '../floating.ts'
import { tryingAll } from '../in-place.ts'
import { speaksTls } from '../tls.ts'

architecture('two-machines', '10.90.4', (cluster) => {
  if (!tryingAll) return
  speaksTls(cluster, 'nginx')
  bounded(cluster, [
    ...['keepalived-stopped', 'keepalived-killed', 'service-stopped', 'service-killed', 'service-hung'],
    ...['cable-pulled', 'director-cut-from-peer', 'directors-rebooted'],
  ])
})

if (tryingAll) {
  floating('10.90.5')
  everyTls('10.90.11')
}
