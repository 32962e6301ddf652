import { expect, it } from 'vitest'
import { architecture } from '../architecture.ts'
import { drillResultsOf, proofsOf } from '../events.ts'
import { tellCluster } from '../tls.ts'

architecture('lvs-nat', '10.86.1', (given) => {
  it('shows the page of the directors while no realserver is left', async () => {
    const cluster = given()
    const check = { type: 'http', path: '/health' }
    const service = { port: 80, backend_port: 8080, forwarding: 'nat', sorry_page: true, check }
    tellCluster(cluster, { services: [service] })
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    const drilled = await cluster.run(['drill', 'realservers-gone', '--yes', '--json'])
    expect(drilled.status, drilled.stdout + drilled.stderr).toBe(0)
    expect(drillResultsOf(drilled)[0]?.services[0]?.felt.sorry).toBeGreaterThan(0)
    // One that waits in the table stands there as it is reached.
    tellCluster(cluster, { services: [{ ...service, sorry_server_inhibit: true }] })
    const again = await cluster.run(['apply', '--json'])
    expect(proofsOf(again).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  })
})
