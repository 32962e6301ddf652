import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { httpsServices, renewCertificates, speaksTls, tellCluster } from './tls.ts'

const served = [{ certificate: 'tls/internal.pem', key: 'tls/internal.key' }]
const check = { type: 'http', path: '/health', interval: 1, timeout: 1 }
const again = { backend_tls: { authority: 'tls/authority.pem', certificates: served }, check }

/** Each follows the one before on the same machines. */
const shapes: readonly { readonly about: string; readonly settings: object; readonly stops?: string }[] = [
  {
    about: 'HAProxy, and by TLS again to the realservers',
    settings: { balancer: 'haproxy', services: httpsServices(again) },
  },
  {
    about: 'nginx, and by TLS again to the realservers',
    settings: { balancer: 'nginx', services: httpsServices(again) },
    stops: 'haproxy',
  },
  {
    about: 'passed through by HAProxy, beside a port of its own',
    settings: {
      balancer: 'haproxy',
      services: [
        { port: 443, mode: 'tcp', backend_tls: { certificates: served }, check },
        { ...httpsServices(again)[0], port: 8443, backend_port: 443 },
      ],
    },
    stops: 'nginx',
  },
  {
    about: 'passed through by IPVS',
    settings: {
      balancer: 'ipvs',
      services: [{ port: 443, scheduler: 'rr', backend_tls: { certificates: served }, check }],
    },
    stops: 'haproxy',
  },
]

/** Declares that every way of speaking TLS comes up and proves itself, one after the other on the same machines. */
export function everyTls(network: string): void {
  describe('inventories/https', () => {
    let cluster: TestCluster
    beforeAll(async () => {
      cluster = await startCluster('https', network, { images: { d2: 'trixie', rs1: 'trixie' } })
      renewCertificates(cluster)
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it('comes up and proves itself as it is packaged', async () => {
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    })

    speaksTls(() => cluster, 'haproxy')

    it.each(shapes)('speaks TLS: $about', async ({ settings, stops }) => {
      // Whoever had the port before is not stopped by us.
      if (stops)
        for (const host of ['d1', 'd2']) await cluster.on(host, `systemctl disable -q --now ${stops}`)
      tellCluster(cluster, settings)
      const applied = await cluster.run(['apply', '--json', '--no-verify'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(await cluster.settled()).toEqual([])
      const planned = await cluster.run(['plan', '--json'])
      expect(recapsOf(planned).map(({ host, changed }) => [host, changed])).toEqual(
        ['d1', 'd2', 'rs1', 'rs2'].map((host) => [host, 0]),
      )
      const drilled = await cluster.run([
        'drill',
        'keepalived-stopped',
        'realserver-stopped',
        '--json',
        '--yes',
      ])
      expect(drilled.status, drilled.stdout).toBe(0)
    })
  })
}
