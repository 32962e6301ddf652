import { execFileSync, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, ofModule, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'haproxy', 'socat')

/** A real HAProxy with two servers, of which one is in maintenance by its configuration; nobody asks either of them. */
async function haproxyIn(world: World): Promise<{ readonly socket: string } & Disposable> {
  const socket = join(world.directory, 'haproxy.sock')
  const configuration = join(world.directory, 'haproxy.cfg')
  writeFileSync(
    configuration,
    `global
    stats socket '${socket}' mode 600 level admin
defaults
    mode http
    timeout connect 1s
    timeout client 1s
    timeout server 1s
frontend web
    bind 127.0.0.1:8099
    default_backend web_80
backend web_80
    server rs1 127.0.0.1:81 weight 3 check inter 60s
    server rs2 127.0.0.1:82 weight 1
backend six
    server rs1 [::1]:81 disabled
`,
  )
  const [program = '', ...words] = world.enter.slice(0, world.enter.indexOf('-u') + 1)
  const running = spawn(program, [...words, 'haproxy', '-db', '-f', configuration], { stdio: 'ignore' })
  for (let round = 0; round < 200 && !existsSync(socket); round++) await pause(50)
  return { socket, [Symbol.dispose]: () => running.kill('SIGKILL') }
}

/** As somebody tells it by hand. */
function told(socket: string, command: string): string {
  return execFileSync('socat', ['-t', '5', '-', `UNIX-CONNECT:"${socket}"`], {
    input: `${command}\n`,
    encoding: 'utf8',
  })
}

const backends = [
  {
    name: 'web_80',
    servers: [
      { name: 'rs1', endpoint: '127.0.0.1:81' },
      { name: 'rs2', endpoint: '127.0.0.1:82' },
    ],
  },
  { name: 'six', servers: [{ name: 'rs1', endpoint: '[::1]:81' }] },
]

describe.each(shells)('haproxy_servers under $name', (shell) => {
  it('are as they are configured, and say nothing of one that does not run', async () => {
    using world = openWorld(shell)
    const absent = make('haproxy_servers', { socket: join(world.directory, 'none'), backends })
    expect(await plan(world, absent)).toBeUndefined()
    const left = join(world.directory, 'left')
    execFileSync('perl', [
      '-MIO::Socket::UNIX',
      '-e',
      'IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1)',
      left,
    ])
    expect(await plan(world, make('haproxy_servers', { socket: left, backends }))).toBeUndefined()
    using haproxy = await haproxyIn(world)
    expect(await plan(world, make('haproxy_servers', { socket: haproxy.socket, backends }))).toBeUndefined()
  })

  it('have a frontend that was shut down loaded anew: nothing else brings it back', async () => {
    using world = openWorld(shell)
    using haproxy = await haproxyIn(world)
    told(haproxy.socket, 'shutdown frontend web')
    expect(await plan(world, make('haproxy_servers', { socket: haproxy.socket, backends }))).toMatchObject({
      impact: 'reload',
      differences: [{ name: 'web', before: 'is shut down', after: 'takes connections' }],
    })
  })

  it.each([
    ['set server web_80/rs1 state maint', 'maintenance', 'ready'],
    ['set server web_80/rs2 state drain', 'drain', 'ready'],
    ['disable server web_80/rs1', 'maintenance', 'ready'],
    ['set server web_80/rs1 weight 50%', 'weight 1', 'weight 3'],
    ['set weight web_80/rs2 9', 'weight 9', 'weight 1'],
    ['disable health web_80/rs1', 'is not checked', 'is checked'],
    ['disable frontend web', 'takes no connections', 'takes connections'],
  ])('take back %j', async (command, before, after) => {
    using world = openWorld(shell)
    using haproxy = await haproxyIn(world)
    told(haproxy.socket, command)
    const applied = await apply(world, make('haproxy_servers', { socket: haproxy.socket, backends }))
    expect(applied.change?.differences).toEqual([expect.objectContaining({ before, after })])
    expect(applied).toMatchObject({ status: 0, again: undefined })
  })

  it('need a reload where another address, more or fewer servers are wanted', async () => {
    using world = openWorld(shell)
    using haproxy = await haproxyIn(world)
    told(haproxy.socket, 'set server web_80/rs1 addr 127.0.0.9 port 99')
    const moved = await plan(world, make('haproxy_servers', { socket: haproxy.socket, backends }))
    expect(moved).toMatchObject({
      impact: 'reload',
      differences: [{ name: 'web_80/rs1', before: '127.0.0.9:99', after: '127.0.0.1:81' }],
    })
    const [web, six] = backends
    const fewer = [{ ...web, servers: web?.servers.slice(1) }, six]
    const wanted = await plan(world, make('haproxy_servers', { socket: haproxy.socket, backends: fewer }))
    expect(wanted?.differences).toEqual([
      { is: 'attribute', name: 'web_80/rs1', before: '127.0.0.9:99', after: undefined },
    ])
    const allowed = [{ ...web, servers: web?.servers.slice(1), others: true }, six]
    expect(
      await plan(world, make('haproxy_servers', { socket: haproxy.socket, backends: allowed })),
    ).toBeUndefined()
  })
})

describe('haproxy, as Ansible has it', () => {
  it('takes a server out of service and brings it in again, once', async () => {
    using world = openWorld({ name: 'dash', command: ['dash', '-s'] })
    using haproxy = await haproxyIn(world)
    const wanted = (parameters: object) => ofModule('haproxy', { socket: haproxy.socket, ...parameters })
    const out = {
      host: 'rs1',
      backend: 'web_80',
      state: 'disabled',
      drain: true,
      wait: true,
      wait_interval: 0,
    }
    const applied = await apply(world, wanted(out))
    expect(applied, applied.stderr).toMatchObject({ status: 0, again: undefined })
    expect(told(haproxy.socket, 'show stat')).toMatch(/^web_80,rs1,.*,MAINT,/m)
    expect(await apply(world, wanted({ host: 'rs1', state: 'enabled', weight: 7 }))).toMatchObject({
      status: 0,
      again: undefined,
    })
    expect(told(haproxy.socket, 'show stat')).not.toMatch(/^(web_80|six),rs1,.*,MAINT,/m)
    expect(await plan(world, wanted({ host: 'none', state: 'disabled' }))).toBeUndefined()
    const missing = await plan(world, wanted({ host: 'none', state: 'disabled', fail_on_not_found: true }))
    expect(missing?.summary).toContain('cannot')
  })
})
