import { expect, it } from 'vitest'
import { boundOf } from '../../src/drill/bound.ts'
import { faults } from '../../src/drill/catalogue.ts'
import { bareAddresses, echoesOf, mostTogether, servicesOf } from '../../src/drill/rates.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { expected } from '../verify/web.ts'

/** Milliseconds between two requests to each of these services. */
function paces(services: readonly ('page' | 'secured' | 'bare')[], wished = 10): readonly number[] {
  const cluster = expected()
  const vips = cluster.vips.map((vip) => ({
    ...vip,
    services: services.flatMap((kind, index) =>
      vip.services.map(({ page, ...service }) => ({
        ...service,
        port: 8000 + index,
        ...(page && kind === 'page' ? { page } : {}),
        ...(page && kind === 'secured' ? { page: { ...page, scheme: 'https' as const } } : {}),
        ...(kind === 'bare' ? { connects: true as const } : {}),
      })),
    ),
  }))
  return servicesOf({ ...cluster, vips }, wished).map(({ interval }) => interval)
}

it('pages are asked for at the rate that is wished for, unless there are many', () => {
  expect(paces(['page'])).toEqual([10])
  expect(paces(['page'], 40)).toEqual([40])
  expect(paces(Array.from({ length: 10 }, () => 'page' as const))[0]).toBe(20)
})

it('few requests wait for a realserver at a time where HAProxy has to find out that it is gone, and ends them all then', () => {
  const most = (name: string, balancer: 'haproxy' | 'nginx', check = {}) => {
    const services = [{ port: 80, check: { type: 'http', ...check } }]
    const cluster = clusterOf(machines({ ...healthy, balancer, services }))
    const fault = faults.find((one) => one.name === name)
    if (!fault) throw new Error('no fault')
    return Math.round(mostTogether(cluster, fault, boundOf(cluster, fault, 0)))
  }
  // 10.25 s: of 20 requests a second every other one waits.
  expect(most('realserver-hung', 'haproxy')).toBe(20)
  expect(most('realserver-hung', 'haproxy', { interval: 0.1, timeout: 0.1, retries: 0 })).toBe(444)
  expect(most('realserver-hung', 'nginx')).toBe(500)
  expect(most('keepalived-killed', 'haproxy')).toBe(500)
})

it('handshakes slow all of them down, and connections over which nothing is asked those alone', () => {
  expect(paces(['page', 'secured'])).toEqual([20, 20])
  expect(paces(['page', 'bare'])).toEqual([10, 50])
  expect(paces(['bare', 'bare'])).toEqual([100, 100])
})

it('who is sent to TLS asks there by a name, where all have one', () => {
  const { vips, ...rest } = expected()
  const to = { port: 443, status: 301 as const }
  const [own] = vips.flatMap(({ services }) => services)
  if (!own) throw new Error('no service')
  const { page: _, ...sender } = own
  const named = { ...own, port: 443, as: { host: 'www.example.org' } }
  const told = vips.map((vip) => ({ ...vip, services: [{ ...sender, redirect: to }, named] }))
  expect(servicesOf({ ...rest, vips: told }, 10)[0]?.follows).toMatchObject({
    port: 443,
    host: 'www.example.org',
  })
})

it('an address is asked for an echo where nothing at it can be asked, as long as there are programs for that', () => {
  const [vip, ...others] = expected().vips
  const [service] = vip?.services ?? []
  if (!vip || !service) throw new Error('no service')
  const { page: _, connects: __, passes: ___, ...silent } = service
  const at = (address: string, services: typeof vip.services) => ({ ...vip, address, services })
  const vips = [at('192.0.2.1', []), at('192.0.2.2', [silent]), at('192.0.2.3', [silent, service]), ...others]
  const bare = bareAddresses({ vips })
  expect(bare).toEqual(['192.0.2.1', '192.0.2.2'])
  expect(echoesOf(bare, 10, []).map(({ address, echo, url }) => [address, echo, url])).toEqual([
    ['192.0.2.1', true, 'ping 192.0.2.1'],
    ['192.0.2.2', true, 'ping 192.0.2.2'],
  ])
  const datagram = { sent: '00', mask: '', value: '' }
  expect(echoesOf(bare, 10, [{ datagram }, {}, { datagram }, { datagram }])).toHaveLength(1)
  expect(echoesOf(bare, 10, Array(4).fill({ datagram }))).toEqual([])
})
