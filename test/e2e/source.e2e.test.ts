import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PACKAGE_PORT } from '../../src/lab/packages.ts'
import { GUEST_MIRROR } from '../../src/lab/recipe.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf, stepsOf, wantedOf } from './events.ts'
import { tryingAll } from './in-place.ts'
import { buildDependencies, releases } from './sources.ts'

type Program = keyof typeof releases
const programs = Object.keys(releases) as Program[]
/**
 * To configure and compile a program takes a machine of the lab many minutes: that is for the full run. What building does
 * on a machine is tried with a small program in source-build.system.test.ts at every run.
 */
const inFull = (title: string, body: () => Promise<void>, timeout?: number) => {
  if (tryingAll) it(title, { timeout }, body)
}

let cluster: TestCluster

/** Tells the inventory where the sources are; `changes` are laid over what it says of each. */
function tell(changes: object = {}) {
  const source = Object.fromEntries(
    programs.map((program) => {
      const { path, sha256, configure } = releases[program]
      return [program, { archive: `../sources/${basename(path)}`, sha256, configure, ...changes }]
    }),
  )
  const path = join(cluster.scratch, 'inventory/inventory.yaml')
  const text = readFileSync(path, 'utf8')
    // One director and one realserver: each of them builds.
    .replaceAll(/^ +(d2|rs2): .*\n/gm, '')
    .replace(/^ +source: .*\n/m, '')
    .replace(/^( +)services:$/m, `$1source: ${JSON.stringify(source)}\n$&`)
  writeFileSync(path, text)
}

/** All that is installed on a machine, in one word. */
const state = (machine: string) =>
  cluster.on(machine, '{ dpkg -l; ls -R /etc /usr/local /var/lib/understudy 2>&1; } | sha256sum')

beforeAll(async () => {
  // Nothing is built where not all is tried.
  const disks = tryingAll ? { packages: buildDependencies } : {}
  cluster = await startCluster('lvs-dr', '10.92.0', { machines: ['d1', 'rs1', 'client'], ...disks })
  const folder = join(cluster.scratch, 'sources')
  mkdirSync(folder)
  const proxy = `http://${cluster.lab.topology.networks[0]?.gateways[0]}:${PACKAGE_PORT}`
  for (const { path } of Object.values(releases)) {
    const words = ['-sS', '-f', '-x', proxy, '-o', join(folder, basename(path))]
    const fetched = await cluster.lab.runInNamespace([
      'curl',
      ...words,
      `http://${GUEST_MIRROR}/debian/${path}`,
    ])
    expect(fetched.exitCode, fetched.stderr).toBe(0)
  }
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

// One after the other: each test finds the cluster as the one before left it.
describe('a cluster whose programs come from their sources', () => {
  it('is left as it is where an archive is not the one that is asked for', async () => {
    const before = await Promise.all(['d1', 'rs1'].map(state))
    const asked = 'a'.repeat(64)
    tell({ sha256: asked })
    const refused = await cluster.run(['apply'])
    expect(refused.status).not.toBe(0)
    for (const program of programs)
      expect(refused.stdout + refused.stderr).toContain(
        `its sha256 is ${releases[program].sha256}, and ${asked} is asked for`,
      )
    expect(await Promise.all(['d1', 'rs1'].map(state))).toEqual(before)
  })

  inFull(
    'comes up and proves itself',
    async () => {
      tell()
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      const proofs = proofsOf(applied)
      expect(proofs.length).toBeGreaterThan(7)
      expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    },
    1_500_000,
  )

  inFull('runs what was built, and no package', async () => {
    for (const [machine, program] of [
      ['d1', 'keepalived'],
      ['rs1', 'nginx'],
    ] as const) {
      const path = `/usr/local/${program}/sbin/${program}`
      const main = `$(systemctl show -p MainPID --value ${program})`
      expect(await cluster.on(machine, `readlink /proc/${main}/exe`)).toBe(path)
      expect(await cluster.on(machine, `bash -lc 'command -v ${program}'`)).toBe(path)
      expect(await cluster.on(machine, `dpkg-query -W -f '\${db:Status-Status}' ${program} 2>&1`)).not.toBe(
        'installed',
      )
      expect(await cluster.on(machine, 'ls /var/lib/understudy/builds | grep room || echo none')).toBe('none')
    }
    expect(await cluster.on('d1', "bash -lc 'ls $(echo $MANPATH | cut -d: -f2)/man8'")).toContain(
      'keepalived.8',
    )
  })

  inFull('has nothing left to do after that', async () => {
    const again = await cluster.run(['apply', '--json', '--no-verify'])
    expect(again.status).toBe(0)
    // Their disks had these from the start: the playbook has to ask for them all the same.
    const asked = ['d1', 'rs1'].flatMap((host) =>
      stepsOf(again, host)
        .filter(({ verdict }) => verdict !== 'skipped')
        .map(({ id }) => /^package\[(.*)\]$/.exec(id)?.[1]),
    )
    expect(new Set(asked.flatMap((names) => names?.split(',') ?? []))).toEqual(
      new Set([...buildDependencies, 'ipvsadm']),
    )
    expect(recapsOf(again).map(({ host, changed, trips }) => [host, changed, trips])).toEqual([
      ['d1', 0, 1],
      ['rs1', 0, 1],
    ])
  })

  inFull(
    'restarts what runs a file that was replaced, unless the new one does not take the configuration',
    async () => {
      const pid = () => cluster.on('rs1', 'systemctl show -p MainPID --value nginx')
      const first = await pid()
      // As `make install` does it: the running process keeps the old file.
      const install = (file: string) =>
        cluster.on(
          'rs1',
          `cd /usr/local/nginx/sbin && { [ -e kept ] || cp -p nginx kept; } && cp ${file} new && mv new nginx`,
        )
      await install('/bin/false')
      const refused = await cluster.run(['apply', '--no-verify'])
      expect(refused.status).not.toBe(0)
      expect(refused.stdout + refused.stderr).toContain('fails with status 1')
      expect(await pid()).toBe(first)
      await install('kept')
      const planned = await cluster.run(['plan', '--json'])
      expect(wantedOf(planned, 'rs1')).toEqual(['service[nginx]'])
      expect(JSON.stringify(stepsOf(planned, 'rs1'))).toContain('/usr/local/nginx/sbin/nginx (deleted)')
      expect((await cluster.run(['apply', '--no-verify'])).status).toBe(0)
      expect(await pid()).not.toBe(first)
      expect((await cluster.run(['plan'])).status).toBe(0)
    },
  )

  inFull('foretells that the VIP moves where keepalived is to be built otherwise', async () => {
    tell({ configure: [] })
    const planned = await cluster.run(['plan', '--json'])
    expect(planned.status).toBe(2)
    expect(wantedOf(planned, 'd1')).toEqual(
      expect.arrayContaining(['source_build[/usr/local/keepalived]', 'service[keepalived]']),
    )
    const [restart] = stepsOf(planned, 'd1').filter(({ id }) => id === 'service[keepalived]')
    expect(JSON.stringify(restart)).toContain('failover')
  })
})
