import { expect, it } from 'vitest'
import type { Host } from '../../src/model/host.ts'
import { EarlyConnections } from '../../src/operations/early.ts'

const host: Host = { name: 'web1', address: '192.0.2.1', connection: 'ssh', sshArgs: [] }

it('begins no connection for a run that is over already: nobody would end it', async () => {
  const asked: string[] = []
  const early = new EarlyConnections()
  await early[Symbol.asyncDispose]()
  early.begin(
    [host],
    async ({ name }) => {
      asked.push(name)
      throw new Error('nobody is there')
    },
    1,
    new AbortController().signal,
  )
  await new Promise((resolve) => setImmediate(resolve))
  expect(asked).toEqual([])
})
