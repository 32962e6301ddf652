import { describe, expect, it } from 'vitest'
import { sharesOf } from '../../src/cluster/index.ts'
import { httpAnswers } from '../../src/sensors/http.ts'
import type { ExpectedCluster } from '../../src/verify/expected.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { seeded } from './balancers.ts'
import { bare, director, expected, page, proof, sightings, silent } from './web.ts'

const share = 'every realserver serves its share'
const ready = 'every realserver is ready to serve'
const bound = { ipvs: ['lc', 'wlc', 'sed', 'nq', 'sh', 'mh', 'dh', 'lblc', 'lblcr', 'fo', 'ovf'] } as const
const proxies = ['nginx', 'haproxy'] as const

/** The cluster with one of the schedulers. */
function under(
  scheduler: (typeof bound.ipvs)[number] | 'rr',
  balancer: ExpectedCluster['balancer'] = 'ipvs',
): ExpectedCluster {
  const shares = sharesOf({ balancer }, { scheduler, extra: { backend: '' } }, [1, 1])
  const health = { scheme: 'http', port: 80, path: '/health', status: 200 } as const
  return expected({ scheduler, shares, ...(balancer === 'haproxy' ? { health } : {}) }, {}, { balancer })
}

/** The holder with a table of this scheduler. */
const holder = (scheduler: string, table?: Readonly<Record<string, number>>) =>
  director(11, { holds: true, scheduler, ...(table ? { table } : {}) })

describe.each(bound.ipvs)('with the scheduler %s', (scheduler) => {
  const cluster = under(scheduler)
  const members = { d1: holder(scheduler), d2: director(12, { scheduler }) }

  it('a healthy cluster is never suspected, whoever serves a quiet client', () => {
    const chance = seeded(7)
    for (let round = 0; round < 300; round++) {
      const bias = chance()
      const through = () => page(chance() < bias ? 'rs1' : 'rs2')
      const failing = prove(cluster, sightings({ members, client: { through } })).filter(
        ({ verdict }) => verdict !== 'pass',
      )
      expect(failing).toEqual([])
    }
  })

  it('a realserver that is out of the table, or does not answer itself, is found', () => {
    const through = () => page('rs1')
    const client = { through }
    const tables: readonly Readonly<Record<string, number>>[] = [
      { '10.0.0.21': 1 },
      { '10.0.0.21': 1, '10.0.0.22': 0 },
    ]
    for (const table of tables)
      expect(
        proof(ready, { members: { ...members, d1: holder(scheduler, table) }, client }, cluster),
      ).toMatchObject({
        verdict: 'fail',
        seen: expect.stringContaining('rs2 is not in the table of d1'),
      })
    const direct = [page('rs1'), silent]
    expect(
      proof(ready, { members, client: { through, direct }, directors: { direct } }, cluster),
    ).toMatchObject({ verdict: 'fail', seen: 'rs2 does not answer when asked directly' })
    const sick = [page('rs1'), page('rs2', 500)]
    expect(
      proof(ready, { members, client: { through, direct: sick }, directors: { direct: sick } }, cluster),
    ).toMatchObject({ verdict: 'fail', seen: 'rs2 answers 500 when asked directly' })
  })
})

describe.each(proxies)('with least connections, or by address, in %s', (balancer) => {
  const through = () => page('rs1')
  const healths = (status: number) =>
    ['21', '22'].map(
      (last) => [httpAnswers(`http://10.0.0.${last}/health`, 1), [bare('ok', status)]] as const,
    )

  it.each(['wlc', 'lc', 'sh'] as const)('%s: it is said what was proved', (scheduler) => {
    const found = proof(ready, { client: { through } }, under(scheduler, balancer))
    expect(found?.verdict).toBe('pass')
    expect(found?.seen).toMatch(new RegExp(`^rs1 12, rs2 0: ${scheduler} .*; rs1, rs2 .*asked directly$`))
  })

  it('a realserver that fails its health check is found where there is one', () => {
    const change = { client: { through }, directors: { more: healths(503) } }
    expect(proof(ready, change, under('wlc', balancer))?.verdict).toBe(
      balancer === 'haproxy' ? 'fail' : 'pass',
    )
    const well = { client: { through }, directors: { more: healths(200) } }
    expect(proof(ready, well, under('wlc', balancer))?.verdict).toBe('pass')
  })

  it('what nobody can ask is not known', () => {
    const change = {
      client: { through, direct: [page('rs1'), silent] },
      directors: { direct: [undefined, undefined] },
    }
    expect(proof(ready, change, under('wlc', balancer))).toMatchObject({
      verdict: 'unknown',
      seen: expect.stringContaining('rs2 cannot be asked directly'),
    })
  })
})

describe('with turns', () => {
  it('a realserver that gets nothing is found', () => {
    for (const balancer of ['ipvs', ...proxies] as const)
      expect(proof(share, { client: { through: () => page('rs2') } }, under('rr', balancer))).toMatchObject({
        verdict: 'fail',
        expected: 'at least 1 from rs1',
        seen: 'rs1 0, rs2 22',
        next: expect.stringMatching(
          balancer === 'ipvs'
            ? /^on rs1: curl -v http:\/\/10\.0\.0\.100\/;.*keepalived/
            : /^on d1: curl -v http:\/\/10\.0\.0\.21\/;/,
        ),
      })
  })

  it('one of whom the requests tell nothing is shown to be ready, or found', () => {
    const cluster = expected({
      shares: sharesOf({ balancer: 'nginx' }, { scheduler: 'wrr', extra: { backend: '' } }, [100, 1]),
    })
    const through = () => page('rs1')
    expect(proof(share, { client: { through } }, cluster)).toMatchObject({
      verdict: 'pass',
      seen: 'rs1 12, rs2 0: 12 requests tell nothing of rs2; rs2 in the table of d1 and serving when asked directly',
    })
    const members = { d1: holder('rr', { '10.0.0.21': 1 }) }
    expect(proof(share, { client: { through }, members }, cluster)?.verdict).toBe('fail')
  })

  it('pages that do not tell whose they are prove nothing, and accuse nobody', () => {
    const same = { direct: [bare('same'), bare('same')] }
    const change = { client: { ...same, through: () => bare('same') }, directors: same }
    expect(proof(share, change)).toMatchObject({ verdict: 'unknown' })
    // Only one of them could be asked: the other may have the same page.
    const half = { client: { through: () => bare('same'), direct: [bare('same'), silent] } }
    const blind = { direct: [undefined, undefined] }
    expect(proof(share, { ...half, directors: blind })).toMatchObject({ verdict: 'unknown' })
  })

  it('nothing is said of shares where nobody answers', () => {
    expect(proof(share, { client: { through: () => silent } })).toBe(undefined)
  })
})
