import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DrillResult } from '../../src/model/drill.ts'
import type { TestCluster } from './cluster.ts'
import { drillResultsOf } from './events.ts'
import { tryingAll } from './in-place.ts'
import { reportPage } from './report-page.ts'
import { projectRoot } from './understudy.ts'

/** Those that the command itself strikes, on the cluster of lvs-dr; all others: `left-alone.ts`. */
export const drilled = [
  ...['keepalived-stopped', 'cable-pulled'],
  ...(tryingAll ? ['keepalived-killed', 'realserver-stopped'] : []),
]
const directors = ['d1', 'd2']

/** At the usual pace, asking alone would take these machines half of their time. */
const seldom = ['--interval', '50']

/** What drills leave on a machine: units, files, filters on the interface. */
const residue = (cluster: TestCluster, machine: string) =>
  cluster.on(
    machine,
    "systemctl list-units --all --plain --no-legend 'understudy-undo*' 'understudy-drill*'; ls -d /run/understudy-drill* /run/understudy-undo-* 2>/dev/null;" +
      " ls /var/lib/understudy/drill-fill* 2>/dev/null; tc qdisc show | grep -E 'clsact|netem'",
  )

/** Starts a drill and presses Ctrl-C once the fault has struck; its status. */
async function interrupted(cluster: TestCluster, name: string): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      ...[resolve(projectRoot, 'dist/cli/main.js'), 'drill', name, '--yes', '--json', ...seldom],
      ...['-i', join(cluster.scratch, 'inventory'), '-F', cluster.lab.sshConfigPath],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('"stage":"struck"')) child.kill('SIGINT')
  })
  return new Promise((done) => child.once('close', done))
}

/** Declares the tests of drills on a cluster of the inventory lvs-dr that stands. */
export function drills(given: () => TestCluster): void {
  describe('a cluster that stands', () => drillsOf(given))
}

function drillsOf(given: () => TestCluster): void {
  let cluster: TestCluster
  let results: readonly DrillResult[]
  const file = (name: string) => join(cluster.scratch, name)
  beforeAll(async () => {
    cluster = given()
    // On the client and one director only, so that both cases are seen.
    for (const machine of ['client', 'd2'])
      await cluster.on(
        machine,
        'command -v tcpdump >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tcpdump; }',
      )
    expect(await cluster.settled()).toEqual([])
    const reports = ['--report', file('report.html'), '--junit', file('report.xml')]
    const ran = await cluster.run(['drill', ...drilled, '--yes', '--json', ...seldom, ...reports])
    results = drillResultsOf(ran)
    expect(
      results.map(({ name }) => name),
      ran.stdout + ran.stderr,
    ).toEqual(drilled)
  })

  describe('drills', () => {
    it('measure what a client feels, and judge it', async () => {
      for (const { holders, struck, services } of results.slice(0, 2)) {
        expect(struck).toEqual(['d1'])
        expect(holders.some(({ host, from }) => host === 'd2' && from > 0)).toBe(true)
        expect(services[0]?.felt.longest).toBeGreaterThan(0)
        expect(services[0]?.felt.good).toBeGreaterThan(50)
      }
      expect(
        results
          .flatMap(({ reasons }) => reasons)
          .filter((reason) => /no longer|not served again/.test(reason)),
      ).toEqual([])
      expect(readFileSync(file('report.xml'), 'utf8')).toContain(
        `<testsuite name="understudy drill" tests="${drilled.length}"`,
      )
      for (const machine of [...directors, 'rs1']) expect(await residue(cluster, machine)).toBe('')
    })

    it('say who held the VIP, who announced it and who saw that', () => {
      const { wire, holders } = results.find(({ name }) => name === 'cable-pulled') as DrillResult
      expect([wire.watched.toSorted(), wire.without]).toEqual([['client', 'd2'], ['d1']])
      expect(holders.some(({ host }) => host === 'd2')).toBe(true)
      const announced = wire.packets.filter(({ kind, from }) => kind === 'announcement' && from === 'd2')
      expect(announced.flatMap(({ seenBy }) => seenBy)).toContain('client')
      const adverts = wire.packets.filter(({ kind }) => kind === 'advert')
      expect(new Set(adverts.map(({ from, about }) => `${from} ${about}`))).toEqual(
        new Set(['d1 77', 'd2 77']),
      )
    })

    // Whether it breaks depends on which director its next repetition meets: the new one has never heard of it.
    it('tell how long a kept-open connection was without an answer', () => {
      const pulled = results.find(({ name }) => name === 'cable-pulled')
      const [kept] = (pulled?.services ?? []).map((service) => service.kept)
      expect(kept?.connections.length).toBeGreaterThan(0)
      expect(kept?.stall).toBeGreaterThan(1000)
    })

    it('have a planned sister: a handover, which stays until it is taken back', async () => {
      const holder = async () => (await cluster.run(['status'])).stdout
      const vip = cluster.address('10.77.0.100')
      const [handed] = drillResultsOf(await cluster.run(['handover', 'd2', '--yes', '--json', ...seldom]))
      expect([handed?.passed, handed?.reasons]).toEqual([true, []])
      // Neither a reboot nor a later run takes it back.
      const planned = await cluster.run(['plan'])
      expect(planned.status).toBe(0)
      expect(planned.stdout).toContain(`d2 keeps ${vip} of d1 by a handover, until `)
      await cluster.on('d2', 'systemctl restart keepalived')
      await cluster.on('d1', 'systemctl restart keepalived')
      // To look at all of it costs the machines more than to wait for what is elected.
      await cluster.on('d2', `timeout 60 sh -c 'until ip -o address | grep -wF ${vip}; do sleep 1; done'`)
      expect(await cluster.settled()).toEqual([])
      expect(await holder()).toMatch(new RegExp(`● d2 +VI_77 MASTER \\(handed over\\) +${vip}`))
      const [back] = drillResultsOf(await cluster.run(['handover', '--back', '--yes', '--json', ...seldom]))
      expect([back?.passed, back?.reasons]).toEqual([true, []])
      const again = await cluster.run(['handover', '--back', '--yes'])
      expect([again.status, again.stdout]).toEqual([0, expect.stringContaining('Nothing to hand over')])
    })

    it('put everything back when they are interrupted', async () => {
      expect(await interrupted(cluster, 'cable-pulled')).toBe(130)
      expect(await residue(cluster, 'd1')).toBe('')
      expect(await cluster.settled()).toEqual([])
    })

    it('do not disrupt unasked', async () => {
      const ran = await cluster.run(['drill', 'keepalived-stopped'])
      expect([ran.status, ran.stderr]).toEqual([5, expect.stringContaining('say --yes')])
      const unknown = await cluster.run(['drill', 'keepalived-kiled', '--yes'])
      expect([unknown.status, unknown.stderr]).toEqual([
        5,
        expect.stringContaining('did you mean "keepalived-killed"?'),
      ])
    })

    it('leave a status that says who does what', async () => {
      const ran = await cluster.run(['status'])
      expect(ran.stdout).toMatch(new RegExp(`last drill +${drilled.at(-1)} `))
      expect([ran.status, ran.stdout]).toEqual([
        0,
        expect.stringMatching(
          new RegExp(`● d1 +VI_77 MASTER +${cluster.address('10.77.0.100')} +keepalived 2`),
        ),
      ])
      expect(ran.stdout).toMatch(/● rs1 +1 +\d+ +\d+$/m)
    })
  })

  reportPage(() => ({ path: file('report.html'), results }))
}
