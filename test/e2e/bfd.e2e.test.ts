import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { tellCluster } from './tls.ts'

const directors = ['d1', 'd2'] as const

describe('a router that speaks BFD with the directors', () => {
  let cluster: TestCluster
  const router = () => cluster.address('10.77.0.31')

  /** The router, which speaks with these alone: a keepalived that has nothing but BFD. */
  const speaks = (...to: readonly (typeof directors)[number][]) =>
    cluster.on(
      'client',
      `cat >/root/router.conf <<'END'
${to
  .map(
    (name) => `bfd_instance ${name} {
  source_ip ${router()}
  neighbor_ip ${cluster.address(`10.77.0.1${directors.indexOf(name) + 1}`)}
  min_rx 1000
  min_tx 1000
  multiplier 3
}
`,
  )
  .join('')}END
systemctl stop router 2>/dev/null; systemctl reset-failed router 2>/dev/null
${to.length > 0 ? 'systemd-run --quiet --unit=router keepalived --dont-fork --log-console -f /root/router.conf -p /run/router.pid' : ':'}`,
    )

  /** Who holds the VIP, once these do or a minute is over. */
  async function holders(wanted: string): Promise<string> {
    for (let round = 0; ; round++) {
      const shown = await Promise.all(directors.map((one) => cluster.on(one, 'ip -o address show')))
      const held = directors
        .filter((_, index) => shown[index]?.includes(` ${cluster.address('10.77.0.100')}/`))
        .join()
      if (held === wanted || round === 60) return held
      await pause(1000)
    }
  }

  const reached = 'the director reaches the router by BFD'

  /** What a look at it finds wrong. */
  async function broken(): Promise<readonly string[]> {
    const proofs = proofsOf(await cluster.run(['verify', '--json', '--wait', '0']))
    return proofs
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ name, subject, seen }) => `${name}: ${subject}: ${seen}`)
  }

  beforeAll(async () => {
    // The router has it before we come, whatever the directors have.
    const packages = ['keepalived', 'nginx', 'curl']
    cluster = await startCluster('two-machines', '10.91.21', { images: { d2: 'trixie' }, packages })
    tellCluster(cluster, { vrrp: { bfd: [{ neighbor: router(), interval: 1, multiplier: 3 }] } })
    await speaks('d1', 'd2')
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it('is watched after one command, and nothing is left to do', async () => {
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(recapsOf(await cluster.run(['plan', '--json'])).filter(({ changed }) => changed > 0)).toEqual([])
    expect(await holders('d1')).toBe('d1')
    for (const one of directors)
      expect(await cluster.on(one, 'journalctl -u keepalived --no-pager')).toMatch(
        /BFD instance router_1 is UP/,
      )
  })

  it('has the VIP leave the director that loses it, and come back with it', async () => {
    await speaks('d2')
    expect(await holders('d2')).toBe('d2')
    expect(await broken()).toEqual([`${reached}: d1 ${router()}: down`])
    await speaks('d1', 'd2')
    expect(await holders('d1')).toBe('d1')
    expect(await cluster.settled()).toEqual([])
  })

  it('leaves the VIP with one of them where both lose it', async () => {
    await speaks()
    await pause(10_000)
    expect(await holders('d1')).toBe('d1')
    expect(await broken()).toEqual(directors.map((one) => `${reached}: ${one} ${router()}: down`))
    const page = `curl -s -m 3 -o /dev/null -w '%{http_code}' http://${cluster.address('10.77.0.100')}/`
    expect(await cluster.on('client', page)).toBe('200')
  })
})
