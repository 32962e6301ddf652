import { expect, it } from 'vitest'
import { explain, Failure } from '../../src/model/failure.ts'
import { problemsTogether } from '../../src/operations/problems-together.ts'

const problem = (message: string, line: number, next = 'do it') =>
  new Failure('INVALID_INPUT', message, { where: { origin: { file: 'site.yml', line, col: 3 } }, next })

it('tells what is wrong in several places once, what is met most first', () => {
  const problems = [
    problem('a', 1),
    problem('b', 2),
    problem('b', 5),
    problem('b', 7, 'do another'),
    problem('b', 9),
  ]
  expect(problemsTogether(problems).map(explain)).toEqual([
    'site.yml:2:3: b (×3, here first)\n  → do it',
    'site.yml:1:3: a\n  → do it',
    'site.yml:7:3: b\n  → do another',
  ])
})
