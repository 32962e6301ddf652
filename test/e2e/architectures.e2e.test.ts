import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf, wantedOf } from './events.ts'
import { projectRoot } from './understudy.ts'

/** On Debian 12 lvs-dr has a file of its own, which goes further; on Debian 13 it is tried here. */
const architectures = readdirSync(join(projectRoot, 'inventories')).map(
  (name) => [name, name === 'lvs-dr' ? 'trixie' : 'bookworm'] as const,
)
const members = ['d1', 'd2', 'rs1', 'rs2']

let cluster: TestCluster | undefined
afterEach(async () => {
  await cluster?.[Symbol.asyncDispose]()
  cluster = undefined
})

/** Asks through a VIP until an answer comes; the header that names who served it. */
async function served(by: TestCluster, vip: string): Promise<string> {
  return by.on(
    'client',
    `i=0; until curl -s -m 1 -D - ${by.address(`http://${vip}/`)} -o /dev/null | grep -i '^x-served-by'; ` +
      `do i=$((i + 1)); [ "$i" -lt 60 ] || exit 1; sleep 0.5; done`,
  )
}

describe.each(architectures)('inventories/%s on %s', (name, image) => {
  it('comes up with one command, stands still, survives its master and a power cut of everything', async () => {
    cluster = await startCluster(name, '10.86.0', image)
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    const proofs = proofsOf(applied)
    expect(proofs.length).toBeGreaterThan(8)
    expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])

    const again = await cluster.run(['apply', '--json', '--no-verify'])
    expect(recapsOf(again).map(({ changed, trips }) => [changed, trips])).toEqual(members.map(() => [0, 1]))

    await cluster.lab.kill('d1')
    expect(await served(cluster, '10.77.0.100')).toMatch(/served-by: rs[12]/i)
    await cluster.lab.kill('rs1')
    expect(await served(cluster, '10.77.0.100')).toMatch(/served-by: rs[12]/i)

    for (const member of ['d2', 'rs2']) await cluster.lab.kill(member)
    for (const member of members) await cluster.lab.start(member)
    expect(await cluster.settled()).toEqual([])
    const planned = await cluster.run(['plan', '--json'])
    for (const member of members) expect(wantedOf(planned, member)).toEqual([])
    expect(planned.status).toBe(0)
  })
})
