import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { http, httpAnswers } from '../../src/sensors/http.ts'
import { parseFrames } from '../../src/shell/frames.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { needs } from '../needs.ts'

needs('dash', 'busybox', 'curl')

let turn = 0
const server = createServer((request, response) => {
  turn += 1
  response.setHeader('X-Served-By', `rs${(turn % 2) + 1}`)
  response.statusCode = request.url === '/' ? 200 : 404
  response.end('<h1>it works</h1>\n')
})
let url = ''

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

async function ask(shell: readonly [string, ...string[]], path: string, subjects: readonly string[]) {
  const program = buildProgram('nonce', { asks: [{ sensor: http, subjects }] })
  const child = spawn(shell[0], shell.slice(1), { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: path } })
  child.stdin.end(program.script)
  child.stdout.setEncoding('utf8')
  for await (const frame of parseFrames('nonce', child.stdout)) {
    if (frame.is === 'answer') return { status: frame.status, readings: http.read(frame.output, subjects) }
  }
  throw new Error('no answer')
}

describe.each([
  ['dash', ['dash', '-s']],
  ['busybox', ['busybox', 'sh', '-s']],
] as const)('under %s', (_, shell) => {
  it('sees who answered, with what, over connections of their own', async () => {
    const { subject } = httpAnswers(`${url}/`, 4)
    const { status, readings } = await ask(shell, '/usr/bin:/bin', [subject])
    expect(status).toBe(0)
    const answers = readings.get(subject) ?? []
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200])
    expect(new Set(answers.map((answer) => answer.servedBy))).toEqual(new Set(['rs1', 'rs2']))
    expect(answers[0]?.body).toContain('<h1>it works</h1>')
  })

  it('tells a refusal from an answer, and keeps what the client said of it', async () => {
    const refused = httpAnswers('http://127.0.0.1:1/', 1).subject
    const missing = httpAnswers(`${url}/missing?a='b'&c=$(id)`, 1).subject
    const { readings } = await ask(shell, '/usr/bin:/bin', [refused, missing])
    expect(readings.get(refused)).toMatchObject([
      { status: 0, error: expect.stringMatching(/refused|connect/i) },
    ])
    expect(readings.get(missing)).toMatchObject([{ status: 404 }])
  })
})
