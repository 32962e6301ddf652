import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/model/resource.ts'
import { resourceOf } from '../../src/resources/bind.ts'
import { allKinds } from '../../src/resources/index.ts'
import { needs } from '../needs.ts'
import { apply, inspect } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'curl', 'git', 'make', 'openssl')

const nasty = "it's $(reboot) `x` *"

function make(kind: keyof typeof allKinds, parameters: unknown): Resource {
  return resourceOf(allKinds[kind], parameters, {
    title: kind,
    origin: { file: 'site.yaml', line: 1, col: 1 },
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
  })
}

async function made(world: World, kind: keyof typeof allKinds, parameters: unknown) {
  const applied = await apply(world, make(kind, parameters))
  expect(applied, `${kind}: ${applied.stderr}`).toMatchObject({ status: 0, again: undefined })
  expect(applied.change, kind).toBeDefined()
  return applied
}

describe.each(shells)('what modules of Ansible stand on, under $name', (shell) => {
  it('edits, removes and links files', async () => {
    using world = openWorld(shell)
    const file = join(world.directory, nasty)
    writeFileSync(file, 'a=1\n[s]\n')
    await made(world, 'line_edit', { path: file, regexp: '^a=', line: `a=${nasty}`, mode: 'u=rw,g=r,o=' })
    await made(world, 'block_edit', { path: file, block: nasty, begin: '# B', end: '# E', backup: true })
    await made(world, 'replace_edit', { path: file, regexp: '^# B', replace: '# C' })
    await made(world, 'ini_edit', { path: file, section: 's', option: 'o', values: [nasty] })
    expect(readFileSync(file, 'utf8')).toBe(
      `a=${nasty}\n[s]\n# C\n${nasty}\no = ${nasty}\n# E\n`.replace('o = ', 'o = '),
    )
    expect(statSync(file).mode & 0o7777).toBe(0o640)
    await made(world, 'hard_link', { path: `${file}.2`, target: file })
    await made(world, 'copied', { src: file, dest: `${file}.3`, mode: '0600' })
    expect(statSync(`${file}.2`).ino).toBe(statSync(file).ino)
    await made(world, 'path_ownership', { path: `${file}.3`, mode: 'a+r' })
    expect(statSync(`${file}.3`).mode & 0o7777).toBe(0o644)
    await made(world, 'gone', { path: file })
    await made(world, 'gone', { path: `${file}.3` })
  })

  it('gives a whole tree its owner and mode', async () => {
    using world = openWorld(shell)
    const tree = join(world.directory, nasty)
    mkdirSync(join(tree, 'in'), { recursive: true })
    writeFileSync(join(tree, 'in/run'), '')
    writeFileSync(join(tree, 'in/read'), '')
    chmodSync(join(tree, 'in/run'), 0o700)
    await made(world, 'directory', {
      path: tree,
      recurse: true,
      owner: 'root',
      group: 'daemon',
      mode: 'u=rwX,go=rX',
    })
    expect(statSync(join(tree, 'in/run')).mode & 0o7777).toBe(0o755)
    expect(statSync(join(tree, 'in/read')).mode & 0o7777).toBe(0o644)
    await made(world, 'gone', { path: tree })
  })

  it('fetches and unpacks', async () => {
    using world = openWorld(shell)
    const source = join(world.directory, 'page one')
    writeFileSync(source, 'hello\n')
    const url = `file://${encodeURI(source)}`
    const sum = execFileSync('sha1sum', [source], { encoding: 'utf8' }).slice(0, 40)
    const dest = join(world.directory, 'got')
    await made(world, 'download', { url, dest, checksum: `sha1:${sum}`, mode: '0640' })
    expect(readFileSync(dest, 'utf8')).toBe('hello\n')
    writeFileSync(dest, 'edited\n')
    await made(world, 'download', { url, dest, checksum: `sha1:${sum}` })
    const other = await apply(world, make('download', { url, dest, checksum: 'sha1:00' }))
    expect(other.stderr).toContain('another file')
    execFileSync('tar', ['-czf', `${source}.tgz`, '-C', world.directory, 'page one'])
    mkdirSync(join(world.directory, 'out'))
    await made(world, 'unpacked_url', { url: `${url}.tgz`, dest: join(world.directory, 'out') })
    expect(readFileSync(join(world.directory, 'out/page one'), 'utf8')).toBe('hello\n')
  })

  it('keeps tables of cron, keys and repositories', async () => {
    using world = openWorld(shell)
    const etc = (path: string) => world.outside(`/etc/${path}`)
    await made(world, 'crontab', { name: 'a b', file: '/etc/cron.d/x', line: `* * * * * root ${nasty}` })
    await made(world, 'crontab', { name: 'PATH', file: '/etc/cron.d/x', line: '/bin', variable: true })
    expect(readFileSync(etc('cron.d/x'), 'utf8')).toBe(
      `PATH="/bin"\n#Ansible: a b\n* * * * * root ${nasty}\n`,
    )
    await made(world, 'crontab', { name: 'a b', file: '/etc/cron.d/x', state: 'absent' })
    const keys = [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFk one',
      'from="10.0.0.1" ssh-rsa AAAAB3NzaC1yc2E= two',
    ]
    const path = join(world.directory, 'ssh dir/authorized_keys')
    await made(world, 'authorized_key', { user: 'root', path, keys })
    await made(world, 'authorized_key', { user: 'root', path, keys: ['ssh-rsa AAAAB3NzaC1yc2E= other'] })
    expect(readFileSync(path, 'utf8')).toBe(`${keys[0]}\nssh-rsa AAAAB3NzaC1yc2E= other\n`)
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    const renamed = `${keys[0]} renamed`
    await made(world, 'authorized_key', { user: 'root', path, keys: [renamed] })
    expect(readFileSync(path, 'utf8')).toBe(`ssh-rsa AAAAB3NzaC1yc2E= other\n${renamed}\n`)
    writeFileSync(path, `# who\n${renamed}\nssh-rsa AAAAB3NzaC1yc2E= other\n`)
    await made(world, 'authorized_key', { user: 'root', path, keys: [renamed], exclusive: true })
    expect(readFileSync(path, 'utf8')).toBe(`${renamed}\n`)
    await made(world, 'authorized_key', { user: 'root', path, keys: [keys[0]], state: 'absent' })
    mkdirSync(etc('apt/sources.list.d'), { recursive: true })
    const line = 'deb [signed-by=/x] http://example.org/debian  bookworm main'
    const list = '/etc/apt/sources.list.d/example.list'
    await made(world, 'apt_source', { line, path: list, update: false })
    expect(readFileSync(world.outside(list), 'utf8')).toBe(`${line}\n`)
    await made(world, 'apt_source', { line, path: list, update: false, state: 'absent' })
    mkdirSync(etc('yum.repos.d'), { recursive: true })
    const repository = {
      path: '/etc/yum.repos.d/a.repo',
      name: 'a',
      values: { baseurl: 'http://a/\nhttp://b/', name: nasty },
    }
    await made(world, 'yum_repository', repository)
    expect(readFileSync(etc('yum.repos.d/a.repo'), 'utf8')).toBe(
      `[a]\nbaseurl = http://a/\n       http://b/\nname = ${nasty}\n\n`,
    )
    await made(world, 'yum_repository', { ...repository, state: 'absent' })
  })

  it('sets zones and passwords, and puts files together', async () => {
    using world = openWorld(shell)
    await made(world, 'timezone', { name: 'Pacific/Auckland' })
    const path = join(world.directory, 'users')
    await made(world, 'htpasswd', { path, name: 'a', password: nasty, mode: '0640' })
    await made(world, 'htpasswd', { path, name: 'b', password: 'x' })
    await made(world, 'htpasswd', { path, name: 'a', state: 'absent' })
    expect(readFileSync(path, 'utf8')).toMatch(/^b:\$apr1\$.+\n$/)
    const parts = join(world.directory, 'parts')
    mkdirSync(parts)
    writeFileSync(join(parts, '20-b'), 'b')
    writeFileSync(join(parts, '10 a'), 'a')
    await made(world, 'assembled', { src: parts, path: join(world.directory, 'whole'), delimiter: '--' })
    expect(readFileSync(join(world.directory, 'whole'), 'utf8')).toBe('a\n--\nb')
  })

  it('runs scripts, makes targets and checks out repositories', async () => {
    using world = openWorld(shell)
    const here = world.directory
    const ran = join(here, 'ran')
    await made(world, 'script', {
      words: `bin/do.sh 'a b' "${ran}"`,
      content: '#!/bin/sh\nprintf %s "$1" >"$2"\n',
      creates: ran,
    })
    expect(readFileSync(ran, 'utf8')).toBe('a b')
    writeFileSync(join(here, 'Makefile'), 'made:\n\techo $(WORD) >made\n')
    await made(world, 'made_target', { chdir: here, target: 'made', params: { WORD: 'x' } })
    const origin = join(here, 'origin')
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', origin, ...words])
    mkdirSync(origin)
    git('init', '-q', '-b', 'main')
    writeFileSync(join(origin, 'f'), '1')
    git('add', 'f')
    git('commit', '-qm', 'one')
    git('tag', '-a', 'v1', '-m', 'v1')
    const wanted = { repo: origin, dest: join(here, 'work'), version: 'main' }
    await made(world, 'git_checkout', wanted)
    const before = git('rev-parse', 'HEAD').toString().trim()
    const checked = make('git_checkout', wanted)
    const told = checked.result?.(await inspect(world, checked))
    expect(told).toMatchObject({ changed: false, found: { before, after: before } })
    writeFileSync(join(origin, 'f'), '2')
    git('commit', '-qam', 'two')
    const second = git('rev-parse', 'HEAD').toString().trim()
    const moved = await apply(world, make('git_checkout', wanted))
    expect(moved.change?.tells?.(moved.stdout)).toEqual({ before, after: second })
    expect(readFileSync(join(here, 'work/f'), 'utf8')).toBe('2')
    await made(world, 'git_checkout', { ...wanted, version: 'v1' })
    writeFileSync(join(here, 'work/f'), 'edited')
    const refused = await apply(world, make('git_checkout', wanted))
    expect(refused.change?.summary).toContain('was edited')
    await made(world, 'git_checkout', { ...wanted, force: true })
  })

  it('tells what stands at a path', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, nasty)
    writeFileSync(path, 'héllo\n')
    const result = async (kind: keyof typeof allKinds, parameters: unknown) => {
      const resource = make(kind, parameters)
      return resource.result?.(await inspect(world, resource)).found
    }
    expect(await result('asked_stat', { path, sum: 'sha1' })).toMatchObject({
      stat: { exists: true, isreg: true, isdir: false, size: 7, mode: '0644', pw_name: 'root' },
    })
    expect(await result('asked_stat', { path: `${path}x` })).toEqual({ stat: { exists: false } })
    expect(await result('asked_content', { path })).toEqual({
      content: Buffer.from('héllo\n').toString('base64'),
      encoding: 'base64',
      source: path,
    })
    writeFileSync(join(world.directory, '.hidden'), '')
    writeFileSync(join(world.directory, 'b.log'), 'x'.repeat(100))
    expect(
      await result('asked_files', { paths: [world.directory], patterns: ['*.log', 'x?'] }),
    ).toMatchObject({
      matched: 1,
      files: [{ path: join(world.directory, 'b.log'), size: 100 }],
    })
    expect(
      await result('asked_files', { paths: [world.directory], patterns: [`it's*`], sums: true }),
    ).toMatchObject({ files: [{ path, checksum: 'ff41a452d63d830292a7f39eee7410a45929f5d1' }] })
    expect(
      await result('asked_files', { paths: [world.directory], bytes: 50, contains: '^x+$' }),
    ).toMatchObject({ matched: 1 })
  })
})
