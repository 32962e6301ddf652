import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import type { Session } from '../../src/model/session.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { heldSoon } from '../../src/verify/held-soon.ts'
import { clusterOf, machines } from '../cluster/inventory.ts'

const cluster = expectedOf(clusterOf(machines()), new Map())
const [vip = ''] = cluster.vips.map(({ address }) => address)
const [first = '', second = ''] = cluster.directors.map(({ host }) => host)

/** Tells of its addresses, as ip(8) prints them. */
function session(addresses: readonly string[]): Session {
  const unused = () => Promise.reject(new Error('not asked for'))
  return {
    trips: 0,
    async *run({ asks }) {
      expect(asks).toEqual(['facts'])
      const link = '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP'
      const lines = [link, ...addresses.map((one) => `2: eth0    inet ${one} scope global eth0\\`)]
      yield { is: 'answer', index: 0, status: 0, output: ['# boot', '# ip', ...lines, ''].join('\n') }
      yield { is: 'done' }
    },
    upload: unused,
    converse: unused,
    dial: unused,
    [Symbol.asyncDispose]: async () => {},
  }
}

/** `addressesAt` tells what a director has when it is asked for the nth time. */
async function waitFor(addressesAt: (host: string, times: number) => readonly string[], seconds = 20) {
  const asked = new Map<string, number>()
  const held = await heldSoon(
    cluster,
    {
      signal: new AbortController().signal,
      session: async (host = '') => {
        asked.set(host, (asked.get(host) ?? 0) + 1)
        return session(addressesAt(host, asked.get(host) ?? 0))
      },
    },
    performance.now() + 1000 * seconds,
  )
  return { held, asked: Object.fromEntries(asked) }
}

describe('after a change of what elects holders', () => {
  it('goes on as soon as some director holds the VIP, whichever it is', async () => {
    expect(await waitFor((host) => (host === second ? [`${vip}/32`] : []))).toEqual({
      held: true,
      asked: { [first]: 1, [second]: 1 },
    })
  })

  it('asks the directors alone, until one holds it', async () => {
    expect(await waitFor((host, times) => (host === first && times > 2 ? [`${vip}/32`] : []))).toEqual({
      held: true,
      asked: { [first]: 3, [second]: 3 },
    })
  })

  it('says that the time is over', async () => {
    expect(await waitFor(() => ['192.0.2.200/24'], 0)).toMatchObject({ held: false })
  })

  it('waits for nothing where a director cannot be asked: the whole look tells of it', async () => {
    const nobody = waitFor(() => {
      throw new Failure('UNREACHABLE', 'no route to host')
    })
    expect(await nobody).toMatchObject({ held: true, asked: { [first]: 1 } })
  })

  it('waits for no VIP that somebody else may hold', async () => {
    const peers = [{ name: 'old', address: '192.0.2.13' }]
    const shared = { ...cluster, vips: cluster.vips.map((one) => ({ ...one, peers })) }
    const signal = new AbortController().signal
    expect(
      await heldSoon(shared, { signal, session: async () => session([]) }, performance.now() + 20_000),
    ).toBe(true)
  })
})
