import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { startCluster, type TestCluster } from './cluster.ts'
import { projectRoot, type Ran } from './understudy.ts'

/** What an apply of a cluster leaves where it fails, is taken back, or is cut off and gone on with. */

interface Play {
  readonly roles?: readonly object[]
  readonly tasks?: readonly object[]
}

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster('lvs-dr', '10.91.24', {
    // Packages that a run installs stay where it is taken back.
    packages: ['keepalived', 'ipvsadm', 'nginx'],
  })
  cpSync(join(projectRoot, 'playbooks'), join(cluster.scratch, 'playbooks'), { recursive: true })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const members = ['d1', 'd2', 'rs1', 'rs2'] as const
const packaged = parse(readFileSync(join(projectRoot, 'playbooks/site.yaml'), 'utf8')) as readonly Play[]

/** The packaged playbook, of which some is another. */
function site(plays: readonly object[]): string {
  const path = join(cluster.scratch, 'playbooks/other.yaml')
  writeFileSync(path, JSON.stringify(plays))
  return path
}

/**
 * What runs and what is kept for the next boot, as the machine's own programs tell: files with owner and mode, units, kernel
 * settings, the table of IPVS, addresses and routes. Not what it writes by itself meanwhile.
 */
const look = `cd /
find etc usr/local var/www var/lib/keepalived -xdev ! -path 'etc/ld.so.cache' ! -path 'etc/machine-id' ! -type s -printf '%y %m %U:%G %p %l\\n' 2>/dev/null | sort
find etc usr/local var/www -xdev -type f ! -path 'etc/ld.so.cache' -print0 2>/dev/null | sort -z | xargs -0 sha256sum
systemctl list-unit-files --no-legend --no-pager | awk '{ print $1, $2 }' | sort
systemctl list-units --type=service --state=running --no-legend --no-pager | awk '{ print $1 }' | grep -E 'nginx|keepalived|haproxy|chrony|ipvs' | sort
sysctl -a 2>/dev/null | grep -E '^net[.](ipv4|ipv6)[.](ip_forward|ip_nonlocal_bind|conf[.](all|lo|default|vec0)[.])' | grep -vE 'base_reachable|retrans_time|stable_secret' | sort
ipvsadm -Sn 2>/dev/null | sort
ip -o address show scope global | sed 's/ *[\\\\].*//'
ip route show`

async function seen(): Promise<Record<string, string>> {
  const told = await Promise.all(members.map(async (name) => [name, await cluster.on(name, look)] as const))
  return Object.fromEntries(told)
}

const breaks = {
  name: 'breaks',
  command: 'false',
  args: { always: true },
  when: "inventory_hostname in ['d1', 'rs2']",
}

/** The packaged playbook up to a place: behind the first, the half, and all roles of each of its plays that has many. */
const places = packaged.flatMap(({ roles = [] }, play) =>
  roles.length < 3 ? [] : [1, Math.ceil(roles.length / 2), roles.length].map((role) => [play, role] as const),
)
const brokenAt = (play: number, role: number) =>
  site([
    ...packaged.slice(0, play),
    { ...packaged[play], roles: packaged[play]?.roles?.slice(0, role), tasks: [breaks] },
  ])

async function failsAndGoesBack(words: readonly string[], before: Record<string, string>): Promise<Ran> {
  const ran = await cluster.run(['apply', ...words, '--no-verify', '--rollback'])
  expect(ran.status, ran.stdout + ran.stderr).toBe(1)
  expect(await seen()).toEqual(before)
  return ran
}

describe('a bring-up that fails', () => {
  it.each(places)('in play %i behind %i roles leaves all machines as they were', async (play, role) => {
    const ran = await failsAndGoesBack([brokenAt(play, role)], await seen())
    expect(ran.stdout).toContain('is as before')
  })

  it('takes back those that are left where one is lost on the way, and that one later', async () => {
    const before = await seen()
    const halt = { shell: 'touch /run/halted; sleep 60', args: { always: true } }
    const plays = [...packaged, { hosts: 'rs2', tasks: [halt] }]
    const running = cluster.run(['apply', site(plays), '--no-verify', '--rollback', '--timeout', '5'])
    while ((await cluster.on('rs2', 'ls /run/halted 2>&1 || :')) !== '/run/halted') await pause(500)
    await cluster.lab.kill('rs2')
    const ran = await running
    expect(ran.status, ran.stdout + ran.stderr).not.toBe(0)
    await cluster.lab.start('rs2')
    await cluster.booted('rs2')
    const { rs2, ...others } = await seen()
    const { rs2: former, ...were } = before
    expect(others).toEqual(were)
    expect(rs2).not.toBe(former)
    const back = await cluster.run(['rollback'])
    expect(back.status, back.stdout + back.stderr).toBe(0)
    expect((await seen()).rs2).toBe(former)
  })
})

describe('a bring-up whose controller is killed', () => {
  /** Steps that machines have recorded the end of. */
  async function ended(): Promise<number> {
    const count = 'cat /var/lib/understudy/progress/ended 2>/dev/null | wc -l'
    const counts = await Promise.all(members.map(async (name) => Number(await cluster.on(name, count))))
    return counts.reduce((sum, one) => sum + one, 0)
  }

  /** Kills it once so many steps more have ended; was it still there? */
  async function killedBehind(steps: number, words: readonly string[]): Promise<boolean> {
    const before = await ended()
    const child = spawn(
      process.execPath,
      [
        resolve(projectRoot, 'dist/cli/main.js'),
        ...['apply', ...words, '--no-verify', '-i', join(cluster.scratch, 'inventory')],
        ...['-F', cluster.lab.sshConfigPath],
      ],
      { cwd: projectRoot, stdio: 'ignore' },
    )
    const gone = new Promise((done) => child.once('exit', done))
    while (child.exitCode === null && (await ended()) < before + steps) await pause(200)
    const isKilled = child.kill('SIGKILL')
    await gone
    return isKilled
  }

  it('is gone on with until it is done, as often as that happens', async () => {
    const file = site(packaged)
    expect(await killedBehind(3, [file])).toBe(true)
    const kills = [await killedBehind(4, ['--resume']), await killedBehind(4, ['--resume'])]
    expect(kills).toContain(true)
    const last = await cluster.run(['apply', '--resume', '--no-verify'])
    expect(last.status, last.stdout + last.stderr).toBe(kills.at(-1) ? 0 : 5)
    const planned = await cluster.run(['plan', file])
    expect(planned.status, planned.stdout + planned.stderr).toBe(0)
    expect(await cluster.settled()).toEqual([])
  })
})

describe('an update that fails', () => {
  it.each(places.filter(([, role]) => role > 1))(
    'in play %i behind %i roles leaves all machines as they were, and they serve',
    async (play, role) => {
      const before = await seen()
      const inventory = join(cluster.scratch, 'inventory/inventory.yaml')
      const text = readFileSync(inventory, 'utf8')
      try {
        writeFileSync(
          inventory,
          text.replaceAll('weight: 1', 'weight: 7').replace('scheduler: wrr', 'scheduler: wlc'),
        )
        await failsAndGoesBack([brokenAt(play, role)], before)
      } finally {
        writeFileSync(inventory, text)
      }
      expect(await cluster.settled()).toEqual([])
    },
  )

  it('by a kept plan does the same', async () => {
    const before = await seen()
    const inventory = join(cluster.scratch, 'inventory/inventory.yaml')
    const text = readFileSync(inventory, 'utf8')
    writeFileSync(inventory, text.replaceAll('weight: 1', 'weight: 7'))
    const plan = join(cluster.scratch, 'plan.json')
    const planned = await cluster.run([
      'plan',
      site([...packaged, { hosts: 'd1', tasks: [breaks] }]),
      '--out',
      plan,
    ])
    expect(planned.status, planned.stdout + planned.stderr).toBe(2)
    expect(existsSync(plan)).toBe(true)
    await failsAndGoesBack([plan], before)
    writeFileSync(inventory, text)
    expect(await cluster.settled()).toEqual([])
  })
})
