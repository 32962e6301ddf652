import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitWords } from '../../src/resources/words.ts'
import { make } from './run.ts'

describe('splitWords', () => {
  it.each([
    ['nginx -t', ['nginx', '-t']],
    [`a 'b c' "d \\" e" f\\ g ''`, ['a', 'b c', 'd " e', 'f g', '']],
    [`--x='a b'"c"`, ['--x=a bc']],
    ['a $HOME *\n b\\\nc "|"', ['a', '$HOME', '*', 'bc', '|']],
    ['curl http://x/?a=1&b=2', ['curl', 'http://x/?a=1&b=2']],
  ])('splits %j by the rules of sh', (line, words) => {
    expect(splitWords(line)).toEqual({ words })
  })

  it.each(['', ' ', "a 'b", 'a "b', 'a\\', 'a | b', 'a && b', 'a > b', 'a 2>&1'])('objects to %j', (line) => {
    expect(splitWords(line).problem).toBeDefined()
  })

  it('gives back any words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (words) => {
        const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
        expect(splitWords(line)).toEqual({ words })
      }),
    )
  })
})

describe.each(['command', 'shell'] as const)('%s', (kind) => {
  it('must say when it has run already', () => {
    expect(() => make(kind, { command: 'true' })).toThrow('nothing says when it has run already')
    expect(() => make(kind, { command: 'true', changed_when: true })).toThrow('can only be false')
    expect(() => make(kind, { command: 'true', changed_when: false, creates: '/x' })).toThrow(
      'no other condition',
    )
  })

  it('that is to run always is known as such', () => {
    expect(make(kind, { command: 'true', always: true }).options.always).toBe(true)
    expect(make(kind, { command: 'true', creates: '/x' }).options.always).toBe(false)
  })
})
