import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { failedUnderLoad } from './deploying.ts'

describe.each([
  ['haproxy-dual-master', '10.91.20', { directors: ['haproxy', 'keepalived'] }],
  ['hot-standby', '10.91.21', { directors: ['nginx', 'keepalived'] }],
  ['lvs-dr', '10.91.22', { directors: ['keepalived'] }],
  // What balances in the second tier is what the first one sends to.
  ['two-tiers', '10.91.23', { proxies: ['nginx'], directors: ['keepalived'] }],
] as const)('changes of %s while clients ask', (name, network, services) => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster(name, network)
    const ran = await cluster.run(['apply', '--no-verify'])
    expect(ran.status, ran.stdout + ran.stderr).toBe(0)
    expect(await cluster.settled()).toEqual([])
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  const play = (hosts: string, command: string) => ({
    name: `${command} on ${hosts}`,
    hosts,
    ...(hosts === 'realservers' ? {} : { serial: 1 }),
    rolling: true,
    tasks: [{ command, args: { always: true } }],
  })
  const playbook = (plays: readonly object[]) => {
    const path = join(cluster.scratch, 'plays.yaml')
    writeFileSync(path, JSON.stringify(plays))
    return path
  }

  it('are felt by no more than what is under way while a VIP moves', async () => {
    const plays = [
      play('realservers', 'systemctl restart nginx'),
      ...Object.entries<readonly string[]>(services).flatMap(([hosts, all]) =>
        all.map((service) => play(hosts, `systemctl restart ${service}`)),
      ),
    ]
    const { ran, asked, failed } = await failedUnderLoad(cluster, cluster.address('10.77.0.100'), () =>
      cluster.run(['apply', playbook(plays)]),
    )
    expect(ran.status, ran.stdout + ran.stderr).toBe(0)
    for (const step of ['gets no new clients', 'gets clients again', 'hands over', 'does its part'])
      expect(ran.stdout).toContain(step)
    expect(asked).toBeGreaterThan(1000)
    expect(failed).toBeLessThan(asked / 500)
  })

  it.each([
    // Looked at when it is done, and found out.
    ['systemctl stop nginx', 'does not do its part after the change'],
    // Whatever a step has done before it fails.
    ['systemctl stop nginx && false', 'systemctl stop nginx && false'],
  ])('end with the first that does not do its part, and the others serve: %s', async (command, told) => {
    await cluster.run(['apply', '--no-verify'])
    expect(await cluster.settled()).toEqual([])
    const bad = play('realservers', `sh -c '${command}'`)
    const { ran, failed } = await failedUnderLoad(cluster, cluster.address('10.77.0.100'), () =>
      cluster.run(['apply', '--no-verify', playbook([bad])]),
    )
    expect(ran.status).toBe(1)
    expect(ran.stdout + ran.stderr).toContain(told)
    expect(failed).toBe(0)
    const active = async (host: string) => (await cluster.on(host, 'systemctl is-active nginx')).trim()
    expect([await active('rs1'), await active('rs2')].toSorted()).toEqual(['active', 'inactive'])
  })
})
