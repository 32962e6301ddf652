import { expect, it } from 'vitest'
import { http, httpAnswers } from '../../src/sensors/http.ts'

it('asks no more than a few servers at once', () => {
  const subjects = Array.from({ length: 70 }, (_, nth) => httpAnswers(`http://10.0.0.1:${nth}/`, 1).subject)
  const waits = http
    .ask(subjects)
    .split('\n')
    .map((line, nth) => (line === 'wait' ? nth : -1))
    .filter((nth) => nth >= 0)
  expect(waits).toHaveLength(Math.ceil(70 / 6))
})
