import { describe, expect, it } from 'vitest'
import { patternProblem, restsOnEnd } from '../../src/cluster/pcre.ts'
import { unfit, wellFormed } from './patterns.ts'

describe('a pattern of PCRE', () => {
  it.each(wellFormed)('is well formed: %s', (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined()
  })

  it.each(unfit)('is not: %s', (pattern, at) => {
    expect(patternProblem(pattern)?.at).toBe(at)
  })

  it.each([
    ['ok$', false, true],
    ['^ok$', true, false],
    ['(?m)^ok$', false, false],
    ['ok\\Z', true, true],
    ['costs 5\\$', false, false],
    ['[$]|\\Q$\\E|[]$]', false, false],
  ])('rests on the end of what it is compared with, or not: %s', (pattern, multiline, rests) => {
    expect(restsOnEnd(pattern, multiline)).toBe(rests)
  })

  it('may have comments where it is extended', () => {
    expect(patternProblem('a # (\nb', true)).toBeUndefined()
    expect(patternProblem('a # (\nb')?.why).toBe('this ( is not closed')
    expect(patternProblem('(?x) a # (\nb')).toBeUndefined()
  })
})
