import { expect, it } from 'vitest'
import { director, expected, proofs } from './web.ts'

const reached = 'the director reaches the router by BFD'
const held = 'the elected director alone holds the VIP'
const [first, second] = ['10.0.0.1', '10.0.0.2']
const cluster = expected(
  {},
  {},
  {
    routers: [
      { name: 'router_1', neighbor: first },
      { name: 'router_2', neighbor: second },
    ],
  },
)
const all = { router_1: true, router_2: true }
const one = { router_1: false, router_2: true }
const none = { router_1: false, router_2: false }
const seen = (
  name: string,
  holder: 'd1' | 'd2',
  d1: Readonly<Record<string, boolean>>,
  d2: Readonly<Record<string, boolean>>,
) => {
  const members = {
    d1: director(11, { holds: holder === 'd1', routers: d1 }),
    d2: director(12, { holds: holder === 'd2', routers: d2 }),
  }
  return proofs(name, { members }, cluster)
}

it('a session of BFD that never came up, or is not watched, fails by the names of its two ends', () => {
  const of = (d1: Readonly<Record<string, boolean>>, d2: Readonly<Record<string, boolean>>) =>
    seen(reached, 'd1', d1, d2).map(({ subject, verdict, seen: said }) => `${subject} ${verdict} ${said}`)
  expect(of(all, one)).toEqual([
    `d1 ${first} pass up`,
    `d1 ${second} pass up`,
    `d2 ${first} fail down`,
    `d2 ${second} pass up`,
  ])
  expect(of({ router_1: true }, all)[1]).toBe(`d1 ${second} fail it is not watched`)
  expect(seen(reached, 'd1', all, one)[2]?.cause).toContain('was not told of d2')
})

it('who has lost more routers than another need not hold the VIP, and must not', () => {
  expect(seen(held, 'd2', one, all)).toMatchObject([
    { verdict: 'pass', seen: `d2, because d1 does not reach ${first} by BFD` },
  ])
  expect(seen(held, 'd1', one, all)).toMatchObject([{ verdict: 'fail' }])
  expect(seen(held, 'd2', none, one)).toMatchObject([{ verdict: 'pass' }])
})

it('where all have lost as many, the first by priority holds it', () => {
  expect(seen(held, 'd1', none, none)).toMatchObject([{ verdict: 'pass', seen: 'd1' }])
  expect(seen(held, 'd1', one, { router_1: true, router_2: false })).toMatchObject([{ verdict: 'pass' }])
  expect(seen(held, 'd2', none, none)).toMatchObject([{ verdict: 'fail' }])
})
