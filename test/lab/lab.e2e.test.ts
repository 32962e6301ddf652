import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, listLabs, openLab, parseTopology, startLab, stopLab } from '../../src/lab/index.ts'
import { pathsOf } from '../../src/lab/paths.ts'
import { labName } from '../e2e/cluster.ts'

const [name, otherName] = [labName(), labName()]
const topology = (lab: string, network: string) =>
  parseTopology(
    `name: ${lab}\nnetwork: ${network}.0/24\nmachines:\n  a: { address: ${network}.11 }\n  b: { address: ${network}.12 }\n`,
    'lab.yaml',
  )

let lab: Lab
beforeAll(async () => {
  await stopLab(name)
  lab = await startLab(topology(name, '10.87.0'), { owner: 'this-process' })
})
afterAll(() => stopLab(name))

/** Asks each second until there is an answer: on a busy computer one may come late. */
const reaches = async (from: string, to: string, seconds = 30) =>
  (await lab.run(from, `ping -c 1 -w ${seconds} ${to}`)).exitCode === 0

/** Everything of a lab that this computer shows. */
function traces(of: string): readonly string[] {
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  const namespaces = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
  const mounts = execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' })
  return [
    ...[processes, namespaces, mounts].flatMap((text) =>
      text.split('\n').filter((line) => new RegExp(`\\b${of}\\b`).test(line) && !line.includes('vitest')),
    ),
    ...(existsSync(pathsOf(of).root) ? ['its directory'] : []),
  ]
}

describe('a lab', () => {
  it('has machines with kernels, names and addresses of their own', async () => {
    const names = await Promise.all(
      ['a', 'b'].map((one) => lab.run(one, 'hostname; cat /proc/sys/kernel/random/boot_id')),
    )
    const [a, b] = names.map(({ stdout }) => stdout.trim().split('\n'))
    expect([a?.[0], b?.[0]]).toEqual(['a', 'b'])
    expect(a?.[1]).not.toBe(b?.[1])
    expect(await reaches('a', '10.87.0.12')).toBe(true)
  })

  it('lets cables be pulled and plugged in again', async () => {
    await lab.cut('b')
    expect(await reaches('a', '10.87.0.12', 3)).toBe(false)
    expect((await lab.status()).map(({ cable }) => cable)).toEqual(['plugged', 'cut'])
    await lab.join('b')
    expect(await reaches('a', '10.87.0.12')).toBe(true)
  })

  it('keeps what was written to the disk through a power cut, and forgets it with a reset', async () => {
    await lab.run('b', 'echo kept >/root/kept; sync')
    await lab.kill('b')
    expect((await lab.status()).map(({ power }) => power)).toEqual(['on', 'killed'])
    await lab.start('b')
    expect((await lab.run('b', 'cat /root/kept')).stdout.trim()).toBe('kept')
    await lab.reset('b')
    expect((await lab.run('b', 'cat /root/kept')).exitCode).not.toBe(0)
  })

  it('survives a reboot from inside', async () => {
    const boot = async () => (await lab.run('a', 'cat /proc/sys/kernel/random/boot_id')).stdout
    const before = await boot()
    await lab.run('a', 'systemctl reboot')
    for (let after = before, rounds = 0; (after === before || after === '') && rounds < 30; rounds++) {
      await new Promise((done) => setTimeout(done, 1000))
      await lab.waitForSsh('a')
      after = await boot()
      if (after !== before && after !== '') return
    }
    expect.unreachable('it never came back with another boot')
  })

  it('stands beside another one, and is the only thing that goes when it is taken down', async () => {
    const other = await startLab(topology(otherName, '10.88.0'), { owner: 'this-process' })
    expect((await other.run('a', 'hostname -I')).stdout).toContain('10.88.0.11')
    expect((await other.run('a', 'ping -c 1 -w 3 10.87.0.11')).exitCode).not.toBe(0)
    await other.stop()
    expect(traces(otherName)).toEqual([])
    expect(await reaches('a', '10.87.0.12')).toBe(true)
  })

  it('leaves nothing behind when its processes died before it was taken down', async () => {
    for (const pid of execFileSync('ip', ['netns', 'pids', lab.namespace], { encoding: 'utf8' }).split('\n'))
      if (pid) {
        try {
          process.kill(Number(pid), 'SIGKILL')
        } catch {
          // It went with the one before it.
        }
      }
    await stopLab(name)
    expect(traces(name)).toEqual([])
    expect(await listLabs()).not.toContain(name)
    await expect(openLab(name)).rejects.toThrow(`there is no lab ${name} running`)
  })
})
