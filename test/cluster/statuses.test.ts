import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isAmong, patternOf, type Statuses, written } from '../../src/cluster/statuses.ts'
import { cluster } from '../../src/cluster/vocabulary/cluster.ts'

it.each([
  [200, '200', '200'],
  ['200-299', '200-299', '2[0-9][0-9]'],
  ['200-204', '200-204', '200|201|202|203|204'],
  [[200, '300-399', 503], '200 300-399 503', '200|3[0-9][0-9]|503'],
  [['200-219', 204], '200-219 204', '20[0-9]|21[0-9]'],
] as const)('writes %j', (statuses, text, pattern) => {
  expect([written(statuses as Statuses), patternOf(statuses as Statuses)]).toEqual([text, pattern])
})

it('takes by its pattern what it takes', () => {
  const one = fc.integer({ min: 100, max: 599 })
  const range = fc
    .tuple(one, one)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`)
  const several = fc.array(fc.oneof(one, range), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(several, one, (statuses, found) => {
      expect(new RegExp(`^(${patternOf(statuses)})$`).test(String(found))).toBe(isAmong(statuses, found))
    }),
  )
})

it.each(['200-', '299-200', '2xx', 99, 600, [], '200-200'])('refuses %j', (status) => {
  const vips = [{ address: '10.0.0.100', vrid: 1 }]
  const services = [{ port: 80, check: { type: 'http', status } }]
  expect(cluster.safeParse({ vips, services }).success).toBe(false)
})
