import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf, wantedOf } from './events.ts'
import { extras } from './extras.ts'
import { projectRoot } from './understudy.ts'

/** Every inventory that comes along. */
export const architectures = readdirSync(join(projectRoot, 'inventories'))

/** Every part is played on Debian 12 and on Debian 13, and each director has to work with one of the other kind. */
export const mixedImages = { d2: 'trixie', rs1: 'trixie' }

/** Asks through a VIP until an answer comes; the header that names who served it. */
async function served(by: TestCluster, vip: string): Promise<string> {
  return by.on(
    'client',
    `i=0; until curl -s -m 1 -D - ${by.address(`http://${vip}/`)} -o /dev/null | grep -i '^x-served-by'; ` +
      `do i=$((i + 1)); [ "$i" -lt 60 ] || exit 1; sleep 0.5; done`,
  )
}

/**
 * Brings an architecture up with one command, sees that it stands still, and takes its master, a realserver and then all
 * power away.
 */
export async function liveThrough(name: string, network: string): Promise<void> {
  await using cluster = await startCluster(name, network, mixedImages)
  const members = cluster.lab.machines.map((one) => one.name).filter((one) => one !== 'client')
  const extra = extras[name]
  await extra?.before?.(cluster)
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  const proofs = proofsOf(applied)
  expect(proofs.length).toBeGreaterThan(8)
  expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])

  const again = await cluster.run(['apply', '--json', '--no-verify'])
  expect(
    recapsOf(again)
      .map(({ host, changed, trips }) => [host, changed, trips])
      .toSorted(),
  ).toEqual(members.map((host) => [host, 0, 1]).toSorted())

  await extra?.after?.(cluster)

  await cluster.lab.kill('d1')
  expect(await served(cluster, '10.77.0.100')).toMatch(/served-by: rs[12]/i)
  await extra?.withoutD1?.(cluster)
  await cluster.lab.kill('rs1')
  expect(await served(cluster, '10.77.0.100')).toMatch(/served-by: rs[12]/i)

  for (const member of members.filter((one) => one !== 'd1' && one !== 'rs1')) await cluster.lab.kill(member)
  for (const member of members) await cluster.lab.start(member)
  expect(await cluster.settled()).toEqual([])
  const planned = await cluster.run(['plan', '--json'])
  for (const member of members) expect(wantedOf(planned, member)).toEqual([])
  expect(planned.status).toBe(0)
}
