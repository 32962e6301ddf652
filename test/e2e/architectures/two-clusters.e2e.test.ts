import { expect, it } from 'vitest'
import { architecture, served } from '../architecture.ts'
import { bounded } from '../bounded.ts'
import { tryingAll } from '../in-place.ts'

architecture('two-clusters', '10.91.7', (cluster) => {
  it('serves each cluster by its own web servers alone', async () => {
    const ask = async (url: string) => [await served(cluster(), url), await served(cluster(), url)].join(' ')
    expect(await ask('10.77.0.100')).not.toMatch(/rs[34]/)
    for (const url of ['10.77.0.101', '10.77.0.101:8080']) expect(await ask(url)).not.toMatch(/rs[12]/)
  })

  if (tryingAll) bounded(cluster, ['keepalived-killed', 'balancer-stopped', 'realserver-stopped'])
})
