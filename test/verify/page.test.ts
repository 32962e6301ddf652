import { describe, expect, it } from 'vitest'
import type { ExpectedService } from '../../src/verify/expected.ts'
import { bare, expected, page, proof, silent } from './web.ts'

const name = 'a client gets the right page through the VIP'
type Change = NonNullable<Parameters<typeof proof>[1]>
const of = (change: Change, service: Partial<ExpectedService> = {}) => proof(name, change, expected(service))
const anyPage = { page: { scheme: 'http', path: '/' } } as const

describe('the right page', () => {
  it('is that of a realserver', () => {
    expect(of({})).toMatchObject({ verdict: 'pass' })
  })

  it('is not that of a stranger, not even once', () => {
    const strange = (index: number) => (index === 3 ? bare('Welcome to nginx') : page('rs1'))
    expect(of({ client: { through: strange } })).toMatchObject({
      verdict: 'fail',
      seen: '1 of 22 wrong: status 200, "Welcome to nginx"',
    })
  })

  it('is not that of a stranger where the client does not reach the realservers', () => {
    const client = { through: () => bare('hello'), direct: [silent, silent] }
    expect(of({ client })).toMatchObject({ verdict: 'fail' })
    expect(of({ client: { ...client, through: () => page('rs1') } })).toMatchObject({ verdict: 'pass' })
  })

  it('cannot be known where nobody can ask a realserver, and none is named', () => {
    const direct = [silent, silent]
    const directors = { direct: [undefined, undefined] }
    expect(of({ client: { direct, through: () => bare('hello') }, directors })).toMatchObject({
      verdict: 'unknown',
      next: expect.stringContaining('X-Served-By'),
    })
    expect(of({ client: { direct }, directors })).toMatchObject({ verdict: 'pass' })
  })

  it.each([403, 404, 500])('is not the %i that all of them say', (status) => {
    const told = { direct: [page('rs1', status), page('rs2', status)] }
    const change = { client: { ...told, through: () => page('rs1', status) }, directors: told }
    for (const service of [{}, anyPage]) {
      const found = of(change, service)
      expect(found).toMatchObject({ verdict: 'fail' })
      expect(found?.cause).toBe(
        `no realserver has the page: asked directly they answer rs1 ${status}, rs2 ${status}`,
      )
    }
  })

  it('has the status that is promised', () => {
    const told = { direct: [page('rs1', 302), page('rs2', 302)] }
    const change = { client: { ...told, through: () => page('rs2', 302) }, directors: told }
    expect(of(change)).toMatchObject({ verdict: 'fail', expected: expect.stringContaining('status 200') })
    expect(of(change, anyPage)).toMatchObject({ verdict: 'pass' })
    expect(of(change, { page: { ...anyPage.page, status: 302 } })).toMatchObject({ verdict: 'pass' })
  })

  it('cannot be known where it is like what realservers say, and never the same', () => {
    const dynamic = (text: string) => bare(`Orders of today, ${text}`)
    const direct = [dynamic('12:00:01 for -'), dynamic('12:00:02 for -')]
    const told = {
      client: { direct, through: () => dynamic('12:00:03 for 10.0.0.9') },
      directors: { direct },
    }
    expect(of(told)).toMatchObject({ verdict: 'unknown', next: expect.stringContaining('X-Served-By') })
    const other = { ...told, client: { direct, through: () => bare('Welcome to nginx') } }
    expect(of(other)).toMatchObject({ verdict: 'fail' })
    const failing = { ...told, client: { direct, through: () => ({ ...dynamic('12:00:03'), status: 500 }) } }
    expect(of(failing)).toMatchObject({ verdict: 'fail' })
  })

  it('may differ each time where it names who served it', () => {
    const through = (index: number) => ({ ...page('rs1'), body: `request ${index}` })
    expect(of({ client: { through } })).toMatchObject({ verdict: 'pass' })
  })

  it('is no page at all where nobody answers', () => {
    expect(of({ client: { through: () => silent } })).toMatchObject({
      verdict: 'fail',
      cause: expect.stringContaining('no director forwards'),
    })
  })
})
