import { expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { director, expected, sightings } from './web.ts'

/** What fails where nobody looked from outside, and directors asked no realserver. */
function failing(members: NonNullable<Parameters<typeof sightings>[0]>['members'] = {}) {
  const outside = new Failure('UNREACHABLE', 'nobody looked from outside')
  const seen = { ...sightings({ members }), observer: undefined, outside, atDirectors: new Map() }
  return prove(expected(), seen).flatMap(({ verdict, name, subject }) =>
    verdict === 'fail' ? [`${name}: ${subject}`] : [],
  )
}

it('members that are well fail no proof for want of somebody who looks from outside', () => {
  expect(failing()).toEqual([])
})

it('what they say of themselves fails as ever', () => {
  expect(failing({ d1: director(11), d2: director(12, { holds: true }) })).toEqual([
    'the elected director alone holds the VIP: 10.0.0.100',
  ])
  expect(failing({ d2: director(12, { table: { '10.0.0.21': 1 } }) })).toContain(
    'the kernel balances as configured: d2',
  )
})
