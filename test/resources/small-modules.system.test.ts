import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { isMade, made } from './made.ts'
import { apply, inspect, ofModule, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'setfacl', 'a2enmod', 'supervisorctl', 'ssh')

const dash = { name: 'dash', command: ['dash', '-s'] } as const
const nasty = "it's $(reboot) `x`"

const summary = async (world: World, module: string, parameters: object) =>
  (await plan(world, ofModule(module, parameters)))?.summary

const told = async (world: World, module: string, parameters: object) => {
  const resource = ofModule(module, parameters)
  return resource.result?.(await inspect(world, resource)).found
}

describe.each(shells)('small modules, under $name', (shell) => {
  it('acl says who may do what with a file', async () => {
    using world = openWorld(shell)
    const tree = join(world.directory, nasty)
    mkdirSync(join(tree, 'in'), { recursive: true })
    writeFileSync(join(tree, 'in', 'file'), '')
    const joe = { path: tree, entity: 'daemon', etype: 'user', permissions: 'rwX' }
    await made(world, 'acl', { ...joe, state: 'present', recursive: true })
    await isMade(world, 'acl', { path: join(tree, 'in'), entry: 'user:daemon:rwx', state: 'present' })
    expect(await told(world, 'acl', { path: join(tree, 'in', 'file') })).toMatchObject({
      acl: ['user::rw-', 'user:daemon:rw-', 'group::r--', 'mask::rw-', 'other::r--'],
    })
    await made(world, 'acl', { path: tree, entry: 'default:group:daemon:r', state: 'present' })
    await made(world, 'acl', { path: tree, entry: 'g:daemon', default: true, state: 'absent' })
    await made(world, 'acl', {
      path: tree,
      entity: 'daemon',
      etype: 'user',
      state: 'absent',
      recursive: true,
    })
    await isMade(world, 'acl', { path: tree, entity: 'bin', etype: 'user', state: 'absent' })
    expect(await summary(world, 'acl', { ...joe, entity: 'no-such-user', state: 'present' })).toContain(
      'Invalid argument',
    )
  })

  it('capabilities says what a program may do', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, nasty)
    copyFileSync('/bin/true', path)
    await made(world, 'capabilities', { path, capability: 'cap_net_raw+ep' })
    await isMade(world, 'capabilities', { path, capability: 'CAP_NET_RAW=pe' })
    await made(world, 'capabilities', { path, capability: 'cap_sys_time=ep' })
    await isMade(world, 'capabilities', { path, capability: 'cap_net_raw+ep' })
    await made(world, 'capabilities', { path, capability: 'cap_net_raw+eip' })
    await made(world, 'capabilities', { path, capability: 'cap_net_raw', state: 'absent' })
    await made(world, 'capabilities', { path, capability: 'cap_sys_time', state: 'absent' })
    expect(await summary(world, 'capabilities', { path: `${path}x`, capability: 'cap_kill=p' })).toBe(
      `cannot: there is no ${path}x`,
    )
  })

  it('pam_limits and cronvar edit their tables', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'limits')
    const limit = { domain: '@x', limit_type: 'soft', limit_item: 'nofile', dest }
    await made(world, 'pam_limits', { ...limit, value: '10', comment: nasty })
    await made(world, 'pam_limits', { ...limit, value: '20' })
    await isMade(world, 'pam_limits', { ...limit, value: '30', use_min: true })
    await isMade(world, 'pam_limits', { ...limit, value: '15', use_max: true })
    await made(world, 'pam_limits', { ...limit, value: 'unlimited', use_max: true })
    await isMade(world, 'pam_limits', { ...limit, value: '5', use_max: true })
    await made(world, 'pam_limits', { ...limit, limit_type: '-', value: '-1' })
    expect(readFileSync(dest, 'utf8')).toBe(`@x\tsoft\tnofile\tunlimited\t#${nasty}\n@x\t-\tnofile\t-1\n`)
    const table = { cron_file: 'x' }
    world.run(`printf 'A = "1"\n*/5 * * * * root B=2\n' >/etc/cron.d/x`)
    await isMade(world, 'cronvar', { ...table, name: 'A', value: '"1"' })
    await made(world, 'cronvar', { ...table, name: 'B', value: nasty, insertafter: 'A' })
    await made(world, 'cronvar', { ...table, name: 'A', value: '2' })
    await isMade(world, 'cronvar', { ...table, name: 'root', state: 'absent' })
    expect(readFileSync(world.outside('/etc/cron.d/x'), 'utf8')).toBe(
      `A=2\nB=${nasty}\n*/5 * * * * root B=2\n`,
    )
    await made(world, 'cronvar', { ...table, name: 'B', state: 'absent' })
  })

  it('openssh_keypair makes keys', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, nasty)
    const key = { path, type: 'ed25519', comment: nasty }
    const create = await made(world, 'openssh_keypair', key)
    const read = () => readFileSync(`${path}.pub`, 'utf8').trim()
    expect(read().endsWith(` ${nasty}`)).toBe(true)
    const words = (text: string) => text.split(' ').slice(0, 2).join(' ')
    expect(create.change?.tells?.(create.stdout)).toMatchObject({ public_key: words(read()), comment: nasty })
    expect(await told(world, 'openssh_keypair', key)).toMatchObject({
      public_key: words(read()),
      size: 256,
      type: 'ed25519',
    })
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    const first = words(read())
    await made(world, 'openssh_keypair', { ...key, comment: 'other', mode: '0640' })
    expect(read()).toBe(`${first} other`)
    // As Ansible has it: what is said of the one holds for the other.
    const beside = () => statSync(`${path}.pub`).mode & 0o7777
    expect(beside()).toBe(0o640)
    await made(world, 'openssh_keypair', { path, type: 'ed25519', mode: '0600' })
    expect(beside()).toBe(0o600)
    writeFileSync(`${path}.pub`, 'lost\n')
    await made(world, 'openssh_keypair', { path, type: 'ed25519', mode: '0640' })
    expect(words(read())).toBe(first)
    const fails = { path, type: 'ecdsa', regenerate: 'fail' }
    expect(await summary(world, 'openssh_keypair', fails)).toContain('is another key: ed25519')
    await isMade(world, 'openssh_keypair', { path, type: 'ecdsa', regenerate: 'never', mode: '0640' })
    await made(world, 'openssh_keypair', { path, type: 'ecdsa', private_key_format: 'pkcs8' })
    expect(readFileSync(path, 'utf8')).toContain('BEGIN PRIVATE KEY')
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'secret', '-f', path])
    expect(await summary(world, 'openssh_keypair', { path, type: 'ecdsa' })).toContain(
      'is no key that can be read',
    )
    await made(world, 'openssh_keypair', { path, type: 'ecdsa', regenerate: 'full_idempotence' })
    await made(world, 'openssh_keypair', { path, state: 'absent' })
  })
})

describe('programs that serve', () => {
  it('apache2_module switches modules of Apache', async () => {
    using world = openWorld(dash)
    world.run('mkdir -p /run/apache2 /run/lock/apache2')
    await made(world, 'apache2_module', { name: 'rewrite' })
    await isMade(world, 'apache2_module', { name: 'rewrite' })
    await made(world, 'apache2_module', { name: 'rewrite', state: 'absent' })
    await isMade(world, 'apache2_module', { name: 'evasive', state: 'absent' })
    expect(await summary(world, 'apache2_module', { name: 'cgi' })).toContain('have threads')
    const held = await apply(
      world,
      ofModule('apache2_module', { name: 'mime', state: 'absent', force: true }),
    )
    expect(held.status, held.stderr).toBe(0)
    world.run('echo Nonsense >>/etc/apache2/apache2.conf')
    expect(await summary(world, 'apache2_module', { name: 'ssl' })).toContain('cannot read its configuration')
  })

  it('supervisorctl looks after programs', async () => {
    using world = openWorld(dash)
    const at = (name: string) => join(world.directory, name)
    const config = at('conf')
    const programs = (...names: string[]) =>
      writeFileSync(
        config,
        `[supervisord]\nlogfile=${at('log')}\npidfile=${at('pid')}\n[unix_http_server]\nfile=/run/s.sock\n[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix:///run/s.sock
${names.map((name) => `[program:${name}]\ncommand=sleep 600\nautostart=false\nstartsecs=0\n`).join('')}[group:g]\nprograms=${names[0]}\n`,
      )
    programs('one')
    world.run(`supervisord -c '${config}'`)
    try {
      await made(world, 'supervisorctl', { name: 'g:', config, state: 'started' })
      await isMade(world, 'supervisorctl', { name: 'g:one', config, state: 'started' })
      const again = await apply(
        world,
        ofModule('supervisorctl', { name: 'g:one', config, state: 'restarted' }),
      )
      expect(again, again.stderr).toMatchObject({ status: 0 })
      const hup = ofModule('supervisorctl', { name: 'all', config, state: 'signalled', signal: 'CONT' })
      expect(await apply(world, hup)).toMatchObject({ status: 0 })
      await made(world, 'supervisorctl', { name: 'all', config, state: 'stopped' })
      programs('one', 'two')
      expect(await summary(world, 'supervisorctl', { name: 'two', config, state: 'started' })).toBe(
        'cannot: supervisor knows no two',
      )
      await made(world, 'supervisorctl', { name: 'two', config, state: 'present' })
      await made(world, 'supervisorctl', { name: 'two', config, state: 'started' })
      await made(world, 'supervisorctl', { name: 'two', config, state: 'stopped' })
      await made(world, 'supervisorctl', { name: 'two', config, state: 'absent' })
      const none = await apply(world, ofModule('supervisorctl', { name: 'none', config, state: 'restarted' }))
      expect(none.stderr).toContain('supervisor knows no none')
    } finally {
      world.run(`supervisorctl -c '${config}' shutdown >/dev/null`)
    }
    expect(await summary(world, 'supervisorctl', { name: 'two', config, state: 'started' })).toContain(
      'supervisor cannot be asked',
    )
  })
})
