import { expect, it } from 'vitest'
import { createLanguage } from '../../src/config/expressions/language.ts'
import { createOutside } from '../../src/config/outside.ts'
import { secretReads } from '../../src/config/secret-reads.ts'

const origin = { file: 'site.yaml', line: 1, col: 1 }

it.each([
  [
    'more steps than anybody can have meant',
    '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
  ],
  ['longer than it may', "{{ x }}{{ ('a' * 40 ~ '!') | regex_search('^(a+)+$') }}"],
])('what takes %s is tried once, and not again for each host', (_, text) => {
  const language = createLanguage(secretReads(), createOutside())
  let reads = 0
  const scope = { has: (name: string) => name === 'x', names: () => ['x'], read: () => ++reads }
  const failures = [1, 2, 3].map(() => {
    try {
      return language.render(`{{ x }}${text}`, scope, origin)
    } catch (error) {
      return error
    }
  })
  expect(failures[0]).toMatchObject({ code: 'INVALID_INPUT' })
  expect(new Set(failures).size).toBe(1)
  const tried = reads
  expect(() => language.render(`{{ x }} ${text}`, scope, origin)).toThrow()
  expect(reads).toBe(2 * tried)
})
