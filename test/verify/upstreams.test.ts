import { describe, expect, it } from 'vitest'
import { nginxUpstreams } from '../../src/sensors/nginx-upstreams.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { upstreamProofs } from '../../src/verify/proofs/upstreams.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { balancerNginxConf } from '../cluster/rendered.ts'
import { observed, sightings } from './web.ts'

const members = machines({ ...healthy, balancer: 'nginx', services: [{ port: 80, scheduler: 'wlc' }] })
const cluster = expectedOf(clusterOf(members), new Map())
const configuration = balancerNginxConf(members)

/** What is made of a director whose nginx has this configuration. */
function said(configuration: string) {
  const { sensor, subject } = nginxUpstreams
  const reading = sensor.read(`told\n${configuration}`, [subject]).get(subject)
  const d1 = observed([nginxUpstreams, reading])
  const d2 = observed([nginxUpstreams, { answers: false, why: 'it does not run' }])
  return upstreamProofs(cluster, sightings({ members: { d1, d2 } }))
}

describe('the realservers that nginx sends requests to', () => {
  it('are those that are written for it', () => {
    expect(said(configuration)).toMatchObject([{ subject: 'd1', verdict: 'pass', seen: '2 servers' }])
  })

  it.each([
    ['removed', (line: string) => `# ${line}`, 'web_80/rs2 is not there'],
    ['taken out', (line: string) => line.replace(';', ' down;'), 'web_80/rs2 is down'],
  ])('are told of one that was %s by hand', (_, change, seen) => {
    const changed = configuration.replace(/^ *server 10\.77\.0\.22:80 .*;$/m, change)
    expect(said(changed)).toMatchObject([{ subject: 'd1', verdict: 'fail', seen }])
  })
})
