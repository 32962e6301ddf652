import { expect, it } from 'vitest'
import { readList } from '../../src/lab/processors.ts'

it.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['2,4-5,9', [2, 4, 5, 9]],
])('reads the list of processors %s', (text, processors) => {
  expect(readList(text)).toEqual(processors)
})
