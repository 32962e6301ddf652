import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { notAskedFor } from './asked-for.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf, wantedOf } from './events.ts'
import { extras } from './extras.ts'
import { inPlace, tryingAll } from './in-place.ts'

/** Every part is played on Debian 12 and on Debian 13, and each director has to work with one of the other kind. */
export const mixedImages = { d2: 'trixie', rs1: 'trixie' }

/** Asks through a VIP until an answer comes; the header that names who served it. */
export async function served(by: TestCluster, vip: string, host = ''): Promise<string> {
  return by.on(
    'client',
    `i=0; until curl -g -s -m 1 ${host && `-H 'Host: ${host}' `}-D - ${by.address(`http://${vip}/`)} -o /dev/null | grep -i '^x-served-by'; ` +
      `do i=$((i + 1)); [ "$i" -lt 120 ] || exit 1; sleep 0.25; done`,
  )
}

/**
 * Declares the tests that every architecture has to pass: it comes up with one command, stands still, and lives through
 * the loss of its master, of a realserver where there are some, and, where all is tried, of all power, which `lvs-dr.e2e`
 * always tries. `more` declares tests of the cluster that stands then; `vip` is one of its packaged addresses.
 */
export function architecture(
  name: string,
  network: string,
  more?: (cluster: () => TestCluster) => void,
  {
    vip = '10.77.0.100',
    images = mixedImages,
  }: { vip?: string; images?: Readonly<Record<string, string>> } = {},
): void {
  describe(`inventories/${name} on Debian 12 and ${[...new Set(Object.values(images))].join(', ')}`, () => {
    let cluster: TestCluster
    let members: readonly string[]
    let failed = false
    beforeAll(async () => {
      cluster = await startCluster(name, network, { images })
      members = cluster.lab.machines.map((one) => one.name).filter((one) => one !== 'client')
      await extras[name]?.before?.(cluster)
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    /** One after the other: each test finds the cluster as the one before left it, and none that nobody left. */
    const next = (title: string, body: () => Promise<void>) =>
      it(title, async ({ skip }) => {
        if (failed) skip('the one before failed')
        onTestFailed(() => {
          failed = true
        })
        await body()
      })

    next('comes up with one command, and proves itself', async () => {
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      const proofs = proofsOf(applied)
      expect(proofs.length).toBeGreaterThan(8)
      expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    })

    next('has nothing left to do after that, which one trip to each tells', async () => {
      const again = await cluster.run(['apply', '--json', '--no-verify'])
      expect(
        recapsOf(again)
          .map(({ host, changed, trips }) => [host, changed, trips])
          .toSorted(),
      ).toEqual(members.map((host) => [host, 0, 1]).toSorted())
      const prepared = members.filter((member) => inPlace(images[member]).length > 0)
      expect(
        await Promise.all(
          prepared.map(async (member) => [member, await notAskedFor(cluster, member, again)]),
        ),
      ).toEqual(prepared.map((member) => [member, []]))
    })

    next('serves on without its master, and without a realserver where there are some', async () => {
      await extras[name]?.after?.(cluster)
      await cluster.lab.kill('d1')
      expect(await served(cluster, vip, extras[name]?.host)).toMatch(/served-by: (rs[12]|d2)$/im)
      await extras[name]?.withoutD1?.(cluster)
      const lost = members.includes('rs1') ? ['d1', 'rs1'] : ['d1']
      if (lost.includes('rs1')) {
        await cluster.lab.kill('rs1')
        expect(await served(cluster, vip, extras[name]?.host)).toMatch(/served-by: rs[12]/i)
      }
      if (more) await Promise.all(lost.map((machine) => cluster.lab.start(machine)))
    })

    if (tryingAll)
      next('comes back by itself after all power was lost', async () => {
        await Promise.all(members.map((member) => cluster.lab.kill(member)))
        await Promise.all(members.map((member) => cluster.lab.start(member)))
        await Promise.all(members.map((member) => cluster.booted(member)))
        expect(await cluster.settled()).toEqual([])
        const planned = await cluster.run(['plan', '--json'])
        for (const member of members) expect(wantedOf(planned, member)).toEqual([])
        expect(planned.status).toBe(0)
      })

    more?.(() => cluster)
  })
}
