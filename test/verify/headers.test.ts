import { describe, expect, it } from 'vitest'
import { type HttpAnswer, httpHeaders } from '../../src/sensors/http.ts'
import type { ExpectedService } from '../../src/verify/expected.ts'
import { headerProofs } from '../../src/verify/proofs/headers.ts'
import { expected, observed, vip } from './web.ts'

/** What is said where a client is answered so. */
function said(
  answers: NonNullable<ExpectedService['answers']>,
  headers: Readonly<Record<string, string>>,
  { path = '/', ...more }: Partial<HttpAnswer> & { readonly path?: string } = {},
) {
  const service = { answers, page: { scheme: 'http', path, status: 200 } } as const
  const url = `http://${vip}${path}`
  const answer: HttpAnswer = {
    status: 200,
    body: 'x'.repeat(300),
    headers: new Map(Object.entries(headers)),
    ...more,
  }
  const outside = observed([httpHeaders(url, {}), [answer]])
  const seen = { members: new Map(), directors: new Map(), outside, observer: 'client' }
  return headerProofs(expected(service), seen as unknown as Parameters<typeof headerProofs>[1]).map(
    ({ name, verdict, seen: what }) => `${verdict}: ${name}: ${what}`,
  )
}

const careful = { compress: false, headers: { 'X-Frame-Options': 'DENY', 'X-Robots': 'none' } }
const small = { compress: true, headers: {} }

describe('answers on their way', () => {
  it('have the headers that the inventory says, or those of the realserver', () => {
    expect(said(careful, { 'x-frame-options': 'SAMEORIGIN', 'x-robots': 'none' })).toEqual([
      'pass: a client is sent the headers for its safety: X-Frame-Options (SAMEORIGIN of the realserver), X-Robots',
    ])
    expect(said(careful, { 'x-robots': 'none' })).toEqual([
      'fail: a client is sent the headers for its safety: no X-Frame-Options',
    ])
  })

  it('are compressed where they can be', () => {
    expect(said(small, { 'content-encoding': 'br' })).toEqual(['pass: a client is sent texts compressed: br'])
    expect(said(small, { 'content-type': 'text/html; charset=utf-8' })).toEqual([
      'fail: a client is sent texts compressed: 300 bytes of text/html, as they are',
    ])
    expect(said(small, { 'content-type': 'image/png' })[0]).toContain('unknown: ')
    expect(said(small, { 'content-type': 'text/css', 'content-length': '12' })[0]).toContain(
      '12 bytes, too few',
    )
    expect(said(small, { 'content-type': 'text/css', 'cache-control': 'No-Transform' })[0]).toContain(
      'forbids',
    )
  })

  it('are kept by browsers where they change seldom', () => {
    const kept = { compress: false, headers: {}, staticMaxAge: 60 }
    expect(said(kept, {})).toEqual([])
    expect(said(kept, {}, { path: '/a/x.CSS?v=1' })[0]).toContain('fail: a client is told for how long')
    expect(said(kept, { 'cache-control': 'public, max-age=60' }, { path: '/x.woff2' })[0]).toContain('pass: ')
  })

  it('say nothing where there is no good one', () => {
    expect(said(careful, {}, { status: 502 })).toEqual([])
  })
})
