import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { Failure } from '../../src/model/failure.ts'
import { verifyCluster } from '../../src/verify/verify.ts'
import { clusterOf, machines } from '../cluster/inventory.ts'

/** What is told of a verification of machines that nobody reaches. */
async function told(wait: number, signal = new AbortController().signal): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = []
  const session = async () => {
    throw new Failure('UNREACHABLE', 'no route to host')
  }
  await verifyCluster(clusterOf(machines()), { session, emit: (event) => events.push(event), signal, wait })
  return events
}

describe('a verification', () => {
  it('looks once where it is not to wait', async () => {
    const events = await told(0)
    expect(new Set(events.map(({ is }) => is))).toEqual(new Set(['proof']))
  })

  it('looks again at what fails, and says for what it waits', async () => {
    const [first, ...others] = await told(2)
    expect(first).toMatchObject({ is: 'verify-waiting', cluster: 'web', seconds: 2 })
    expect(first?.is === 'verify-waiting' && first.failing.map(({ subject }) => subject)).toContain('d1')
    expect(others.at(-1)?.is).toBe('proof')
  })

  it('waits no longer once it is told to stop', async () => {
    const since = performance.now()
    const events = await told(3600, AbortSignal.timeout(50))
    expect(events.filter(({ is }) => is === 'proof').length).toBeGreaterThan(0)
    expect(performance.now() - since).toBeLessThan(10_000)
  })
})
