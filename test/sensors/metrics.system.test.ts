import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { metricsAt } from '../../src/sensors/metrics.ts'
import { needs } from '../needs.ts'
import { ask, namedShells } from './ask.ts'

needs('curl', 'dash', 'busybox')

let server: Server
let port = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === '/metrics' ? 200 : 404
    response.end(
      'node_boot_time_seconds 1\nunderstudy_vip_held{vip="fd00::100",vrrp="VI_1"} 1\n# HELP understudy_vip_held x\nnginx_up 1\n',
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

it.each(namedShells)('reads what is told, and who does not answer, under %s', async (_, shell) => {
  const urls = [`http://127.0.0.1:${port}/metrics`, 'http://127.0.0.1:1/metrics', `http://127.0.0.1:${port}/`]
  const [query] = urls.map(metricsAt)
  const readings = query ? await ask(shell, query.sensor, urls) : []
  expect(readings.map(({ status }) => status)).toEqual([200, 0, 404])
  expect([...(readings[0]?.samples ?? [])]).toEqual([
    ['understudy_vip_held{vip="fd00::100",vrrp="VI_1"}', '1'],
    ['nginx_up', '1'],
  ])
  expect(readings[1]?.samples.size).toBe(0)
})
