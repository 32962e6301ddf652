import { describe, expect, it } from 'vitest'
import { type NfsMount, nfsMountsOf } from '../../src/sensors/nfs-mounts.ts'
import { sharedProofs } from '../../src/verify/proofs/shared.ts'
import { expected, observed, sightings } from './web.ts'

const nfs = { server: '10.0.0.41', path: '/srv/www', clients: [{ host: 'rs1', address: '10.0.0.21' }] }
const told = (...clients: readonly string[]): NfsMount['exports'] => ({
  asked: true,
  exports: [{ path: '/srv/www', clients }],
})
const verdicts = (...mounts: readonly NfsMount[]) =>
  sharedProofs(
    { ...expected(), nfs },
    sightings({ members: { rs1: observed([nfsMountsOf('/srv/www'), mounts]) } }),
  ).map(({ verdict, seen }) => [verdict, seen])
const mount = (exports: NfsMount['exports'], source = '10.0.0.41:/srv/www') => ({
  source,
  at: '/www',
  exports,
})

describe('pages of an NFS server', () => {
  it('are there, and exported to whoever serves them', () => {
    const there = ['pass', '10.0.0.41:/srv/www on /www']
    expect(verdicts(mount(told('10.0.0.22', '10.0.0.21')))).toEqual([there, ['pass', '10.0.0.22, 10.0.0.21']])
    for (const open of ['*', '(everyone)', '10.0.0.0/24', 'rs1.example'])
      expect(verdicts(mount(told(open)))).toEqual([there, ['pass', open]])
    expect(verdicts(mount({ asked: false, why: 'RPC: Timed out' }))).toEqual([
      there,
      ['unknown', 'RPC: Timed out'],
    ])
  })

  it('are missed where they are not mounted, from elsewhere, or no longer exported', () => {
    expect(verdicts()).toEqual([['fail', 'not mounted']])
    expect(verdicts(mount(told('*'), '10.0.0.99:/srv/www'))).toEqual([['fail', '10.0.0.99:/srv/www']])
    expect(verdicts(mount(told('10.0.0.22')))[1]).toEqual(['fail', '/srv/www to 10.0.0.22'])
    expect(verdicts(mount({ asked: true, exports: [] }))[1]).toEqual(['fail', 'nothing is exported'])
  })

  it('are asked for by nobody where there are none', () => {
    expect(sharedProofs(expected(), sightings())).toEqual([])
  })
})
