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

it('tells who passed an answer on, from the server outwards', () => {
  const { subject } = httpAnswers('http://10.0.0.1/', 1)
  const head = 'HTTP/1.1 200 OK\r\nVia: 1.1 app\r\nX-Served-By: rs1\r\nvia: 1.1 p1, HTTP/2 edge (comment)\r\n'
  const output = `/run/x\n\n==> /run/x/http.0.codes <==\n200\nexit 0\n\n==> /run/x/http.0.1 <==\n${head}\r\npage`
  expect(http.read(output, [subject]).get(subject)).toEqual([
    { status: 200, servedBy: 'rs1', via: ['app', 'p1', 'edge'], body: 'page' },
  ])
})
