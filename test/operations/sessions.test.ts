import { expect, it } from 'vitest'
import type { Host } from '../../src/model/host.ts'
import type { Frame, Session } from '../../src/model/session.ts'
import { sessionPool } from '../../src/operations/sessions.ts'
import { buildProgram } from '../../src/shell/program.ts'

it('tells on which host another run is waited for', async () => {
  const frames: readonly Frame[] = [{ is: 'locked', holder: 'another run (process 7)' }, { is: 'done' }]
  const session = {
    async *run() {
      yield* frames
    },
    [Symbol.asyncDispose]: async () => {},
  } as unknown as Session
  const host: Host = { name: 'd1', address: '127.0.0.1', connection: 'ssh', sshArgs: [] }
  const told: (readonly [string, string])[] = []
  await using pool = sessionPool(
    new Map([['d1', host]]),
    async () => session,
    new AbortController().signal,
    () => undefined,
    (name, on) => told.push([name, on]),
  )
  const program = buildProgram('n', { asks: [] })
  const seen: Frame[] = []
  for await (const frame of (await pool.session('d1')).run(program)) seen.push(frame)
  expect(seen).toEqual(frames)
  expect(told).toEqual([['d1', 'another run (process 7)']])
})
