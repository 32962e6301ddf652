import { expect, it } from 'vitest'
import { metricsAt } from '../../src/sensors/metrics.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { metricsAtHome, metricsFromOutside, monitoringProofs } from '../../src/verify/proofs/monitoring.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { factsWith, observed } from './web.ts'

const expected = expectedOf(
  clusterOf(
    machines({ ...healthy, balancer: 'haproxy', backend: 'none', monitoring: { scrapers: ['10.77.0.31'] } }),
  ),
  new Map(),
)

const is = (status: number | undefined, samples: Readonly<Record<string, string>> = {}) => ({
  status,
  samples: new Map(Object.entries(samples)),
})
const held = (value: string) => ({ 'understudy_vip_held{vip="10.77.0.100",vrrp="VI_77"}': value })
const haproxy = is(200, { haproxy_process_start_time_seconds: '1' })
const answers = {
  d1: { 9100: is(200, held('1')), 8405: haproxy },
  d2: { 9100: is(200, held('0')), 8405: haproxy },
  rs1: { 9100: is(200, { 'understudy_unit_active{unit="nginx"}': '1' }) },
  rs2: { 9100: is(200, { 'understudy_unit_active{unit="nginx"}': '1' }) },
}
type Answers = Readonly<Record<string, Readonly<Record<number, ReturnType<typeof is>>>>>

/** What is said of what machines tell of themselves, and where an observer with this address is answered. */
function said(
  changed: Answers = {},
  { observer = '10.77.0.31', answered = true, from = 'client' as string | undefined } = {},
) {
  const members = Object.entries({ ...answers, ...changed }).map(([host, ports]) => {
    const own = { eth0: ['10.77.0.9', ...(host === 'd1' ? ['10.77.0.100'] : [])], lo: ['10.77.0.100'] }
    const told = Object.entries({ ...answers[host as 'd1'], ...ports }).map(
      ([port, reading]) => [metricsAt(`http://127.0.0.1:${port}/metrics`), reading] as const,
    )
    return [host, observed(factsWith(1, own), ...told)] as const
  })
  const outside = observed(
    factsWith(9, { eth0: [observer] }),
    ...metricsFromOutside(expected)
      .slice(1)
      .map((query) => [query, is(answered ? 200 : 0)] as const),
  )
  return monitoringProofs(expected, {
    members: new Map(members),
    off: new Set(),
    observer: from,
    outside,
    atDirectors: new Map(),
  }).map(({ subject, verdict, seen }) => `${verdict} ${subject}: ${seen}`)
}

it('holds where all is told as it is, to scrapers alone', () => {
  expect(said()).toEqual([
    'pass d1 node port 9100: it holds 10.77.0.100',
    'pass d1 haproxy port 8405: haproxy_process_start_time_seconds 1',
    'pass d2 node port 9100: it holds no VIP',
    'pass d2 haproxy port 8405: haproxy_process_start_time_seconds 1',
    'pass rs1 node port 9100: its units',
    'pass rs2 node port 9100: its units',
    'pass asked from client: 6 of 6 answer it, a scraper',
  ])
  expect(metricsAtHome(expected, 'rs1')).toHaveLength(1)
  expect(said({}, { observer: '10.77.0.32', answered: false }).at(-1)).toBe(
    'pass asked from client: 6 of 6 refuse it, which is none',
  )
})

it.each<readonly [string, Answers, string]>([
  ['nobody answers', { d1: { 9100: is(0) } }, 'fail d1 node port 9100: no answer'],
  [
    'nothing is told of the cluster',
    { rs2: { 9100: is(200) } },
    'fail rs2 node port 9100: the machine alone',
  ],
  ['a VIP is told that is elsewhere', { d2: { 9100: is(200, held('1')) } }, 'fail d2 node port 9100: held'],
  [
    'a VIP is not told',
    { d1: { 9100: is(200, { 'understudy_unit_active{unit="keepalived"}': '1' }) } },
    'fail d1 node port 9100: nothing of it',
  ],
  [
    'something else answers',
    { d1: { 8405: is(200) } },
    'fail d1 haproxy port 8405: no haproxy_process_start_time_seconds',
  ],
  [
    'nobody can ask',
    { rs1: { 9100: is(undefined) } },
    'unknown rs1 node port 9100: rs1 has neither curl nor wget',
  ],
])('does not hold where %s', (_, changed, line) => {
  expect(said(changed).filter((one) => !one.startsWith('pass'))).toEqual([line])
})

it('does not hold where a scraper is not answered, or somebody else is', () => {
  expect(said({}, { answered: false }).at(-1)).toMatch(/^fail asked from client: d1 node, .* silent$/)
  expect(said({}, { observer: '10.77.0.32' }).at(-1)).toMatch(
    /^fail asked from client: d1 node, .* answering$/,
  )
  expect(said({}, { answered: false, from: undefined }).at(-1)).toMatch(
    /^fail|^unknown asked from this computer/,
  )
})
