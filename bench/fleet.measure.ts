import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, it } from 'vitest'
import { makeKey } from '../src/operations/fleet/keys.ts'
import { openEngines } from '../test/operations/fleet/engines.ts'
import { openSshLab } from '../test/transport/sshd.ts'

const main = resolve(import.meta.dirname, '../dist/cli/main.js')
const {
  UNDERSTUDY_FLEET_CLUSTERS = '1000',
  UNDERSTUDY_FLEET_WORKERS = '1,2,4',
  UNDERSTUDY_FLEET_OPERATION = 'plan',
} = process.env
const clusters = Number(UNDERSTUDY_FLEET_CLUSTERS)
const hosts = 5

/** Each address of 127.1.0.0/16 is a machine: what it is asked runs with a /run and a /var/lib/understudy of its own. */
const machine = (places: string) => `#!/bin/sh
set -- $SSH_CONNECTION
place=${places}/$3
mkdir -p "$place/run" "$place/lib"
exec unshare --mount sh -c 'mount --bind "$1/run" /run && mount --bind "$1/lib" /var/lib/understudy && exec sh -c "$2"' sh "$place" "$SSH_ORIGINAL_COMMAND"
`

const playbook = [
  {
    hosts: 'all',
    gather_facts: false,
    tasks: [
      ...['one', 'two', 'three'].map((name) => ({
        copy: {
          dest: `/run/${name}.conf`,
          content: `this is ${name} of {{ inventory_hostname }}\n`.repeat(20),
        },
      })),
      { file: { path: '/run/made', state: 'directory', mode: '0750' } },
      { command: { cmd: 'touch /run/done', creates: '/run/done' } },
    ],
  },
]

const running: ChildProcess[] = []
afterAll(() => Promise.all(running.map(killed)))

it(`${clusters} clusters of ${hosts} machines`, { timeout: 1_200_000 }, async () => {
  await using engines = openEngines()
  using lab = openSshLab()
  const folder = join(lab.directory, 'fleet')
  const places = join(lab.directory, 'machines')
  for (const path of [folder, places, '/var/lib/understudy']) mkdirSync(path, { recursive: true })
  const force = lab.file('machine', machine(places), 0o755)
  const sshd = await lab.start(['ListenAddress 0.0.0.0', `ForceCommand ${force}`, 'MaxStartups 1000'])
  const [key] = sshd.hostKeys
  const known = lab.file('known', `[127.*]:${sshd.port} ${key}\n`)
  const ssh = lab.file(
    'ssh_config',
    `Host *\n  User root\n  Port ${sshd.port}\n  IdentityFile ${lab.key}\n  UserKnownHostsFile ${known}\n  IdentityAgent none\n`,
  )
  const names = Array.from({ length: clusters }, (_, index) => `c${index + 1}`)
  for (const [index, name] of names.entries()) {
    const machines = Array.from({ length: hosts }, (_, number) => {
      const at = index * hosts + number
      return [`${name}-${number + 1}`, { ansible_host: `127.1.${Math.floor(at / 250)}.${(at % 250) + 1}` }]
    })
    writeFileSync(
      join(folder, `${name}.yaml`),
      JSON.stringify({ all: { hosts: Object.fromEntries(machines) } }),
    )
  }
  writeFileSync(join(folder, 'site.yaml'), JSON.stringify(playbook))
  const file = {
    fleet: 'web',
    clusters: Object.fromEntries(
      names.map((name) => [name, { site: 'here', inventory: `${name}.yaml`, playbook: 'site.yaml' }]),
    ),
  }
  writeFileSync(join(folder, 'fleet.yaml'), JSON.stringify(file))
  const signer = join(lab.directory, 'signer.seed')
  const trust = await makeKey('signer', signer)
  for (const count of UNDERSTUDY_FLEET_WORKERS.split(',').map(Number)) {
    const server = await engines.server()
    const start = (...words: readonly string[]) => {
      const child = spawn(process.execPath, [main, ...words, '--engine', server.url], {
        cwd: folder,
        env: { ...process.env, HOME: lab.directory, UNDERSTUDY_FLEET_KEY: signer },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      running.push(child)
      return child
    }
    await ended(start('fleet', 'init'))
    const workers = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const state = join(lab.directory, `state-${count}`)
        const at = [
          '--fleet',
          'web',
          '--site',
          'here',
          '--name',
          `w${index}`,
          '--trust',
          trust,
          '--state',
          state,
        ]
        const child = start('worker', ...at, '-F', ssh, '--json')
        for await (const _ of createInterface({ input: child.stdout })) break
        child.stdout.resume()
        return child
      }),
    )
    const before = [used(server.pid), ...workers.map(({ pid }) => used(pid))]
    const since = performance.now()
    let [first, over, rounds] = [0, 0, 0]
    const run = start('fleet', UNDERSTUDY_FLEET_OPERATION, 'all', '--json')
    for await (const line of createInterface({ input: run.stdout })) {
      const event = JSON.parse(line) as {
        readonly is: string
        readonly result?: { readonly status: string; readonly why?: string }
      }
      if (event.is === 'wave') rounds += 1
      if (event.is !== 'result') continue
      first ||= performance.now() - since
      over += 1
      expect(['changes-pending', 'changed', 'fine'], event.result?.why).toContain(event.result?.status)
    }
    const seconds = (performance.now() - since) / 1000
    expect(over).toBe(clusters)
    const [engine, ...each] = [used(server.pid), ...workers.map(({ pid }) => used(pid))].map(
      (now, index) => ({
        seconds: now.seconds - (before[index]?.seconds ?? 0),
        megabytes: now.megabytes,
      }),
    )
    const worked = each.reduce((all, one) => all + one.seconds, 0)
    process.stdout.write(
      `${JSON.stringify({
        processors: cpus().length,
        clusters,
        hosts,
        workers: count,
        operation: UNDERSTUDY_FLEET_OPERATION,
        waves: rounds,
        seconds: rounded(seconds),
        clustersPerSecond: rounded(clusters / seconds),
        firstResultAfter: rounded(first / 1000),
        engineProcessor: rounded(engine?.seconds ?? 0),
        engineMegabytes: engine?.megabytes,
        workerProcessorPerCluster: rounded(worked / clusters),
        workerMegabytes: Math.max(...each.map(({ megabytes }) => megabytes)),
      })}\n`,
    )
    await Promise.all(workers.map((child) => killed(child)))
    await server.kill()
  }
})

/** Seconds of a processor that a process has taken so far, and the most memory that it ever had. */
function used(pid: number | undefined): { readonly seconds: number; readonly megabytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  // Ticks are hundredths of a second to programs (proc(5)).
  return {
    seconds: (Number(fields[11]) + Number(fields[12])) / 100,
    megabytes: Math.round(Number(kilobytes) / 1024),
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

async function ended(child: ChildProcess): Promise<void> {
  child.stdout?.resume()
  expect(await new Promise((done) => child.once('close', done))).toBe(0)
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('close', done))
  child.kill()
  await gone
}
