import { afterAll, expect, it } from 'vitest'
import { accountsOf } from '../../src/drill/accounts.ts'
import type { Scene } from '../../src/drill/scene.ts'
import { createConnector } from '../../src/transport/index.ts'
import { needs } from '../needs.ts'

needs('dash')

const signal = new AbortController().signal
const now = () => performance.timeOrigin + performance.now()
const { connect } = createConnector({ hostKeys: 'strict', timeoutSeconds: 5, askSecret: async () => '' })
const session = await connect(
  { name: 'here', address: 'localhost', connection: 'local', sshArgs: [] },
  signal,
)
afterAll(() => session[Symbol.asyncDispose]())

const scene = { directors: [{ host: 'here', interfaces: ['lo'] }], holders: new Map([['192.0.2.1', 'here']]) }

it('reads the clock of a machine, and how wrong the reading may be', async () => {
  const [account] = await accountsOf(scene as unknown as Scene, { session: async () => session, now, signal })
  expect(account).toMatchObject({ host: 'here', heldBefore: ['192.0.2.1'] })
  expect(Math.abs(account?.skew ?? 1e9)).toBeLessThanOrEqual((account?.doubt ?? 0) + 1)
  expect(account?.doubt).toBeGreaterThan(0)
})

it('does not take silence for a time', async () => {
  const mute = { ...session, converse: () => session.converse('exit' as never) }
  await expect(
    accountsOf(scene as unknown as Scene, { session: async () => mute, now, signal }),
  ).rejects.toThrow('does not tell the time')
})
