import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, inspect, make, plan } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

describe.each(shells)('commands under $name', (shell) => {
  it('run until they have made what they create', async () => {
    using world = openWorld(shell)
    const creates = join(world.directory, "- it's $(reboot) *")
    const wanted = make('command', { command: ['touch', '--', creates], creates })
    const first = await apply(world, wanted)
    expect(first).toMatchObject({
      status: 0,
      again: undefined,
      change: { summary: 'run', disturbs: 'everything' },
    })
    expect(await plan(world, wanted)).toBeUndefined()
    const removed = make('command', { command: ['rm', '--', creates], removes: creates })
    expect(await apply(world, removed)).toMatchObject({ status: 0, again: undefined })
    expect(existsSync(creates)).toBe(false)
  })

  it('expand what is asked to be expanded, and split nothing', async () => {
    using world = openWorld(shell)
    const braced = (name: string) => `$\{${name}}`
    const words = ['~', '~/x y', '~root/.x', 'a~', '', '$SET', `${braced('SET')}/$SET$`, '$(reboot)', '*']
    const unset = [`$UNSET ${braced('UNSET')}`, "it's $", '$1', '"$SET"', '`reboot`\\$SET']
    const told = { command: ['printf', '%s\n', ...words, ...unset], expand: true, always: true }
    const wanted = make('command', told, { environment: { HOME: world.directory, SET: 'a  b*' } })
    const { stdout } = await apply(world, wanted)
    expect(stdout.split('\n')).toEqual([
      ...[world.directory, `${world.directory}/x y`, '/root/.x', 'a~', '', 'a  b*'],
      ...['a  b*/a  b*$', '$(reboot)', '*', `$UNSET ${braced('UNSET')}`, "it's $", '$1', '"a  b*"'],
      ...['`reboot`\\a  b*', ''],
    ])
  })

  it('run by conditions in their directory, on their input', async () => {
    using world = openWorld(shell)
    const chdir = join(world.directory, "d it's")
    mkdirSync(chdir)
    const stdin = "it's $(reboot)\n%s\\n"
    const wanted = make('shell', {
      command: 'unset nothing; false; cat >out && echo "$undefined"done; exit 0',
      chdir,
      stdin,
      unless: '[ -s out ]',
      onlyif: 'ls . ; exit 0',
    })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, stdout: 'done\n', again: undefined })
    expect(readFileSync(join(chdir, 'out'), 'utf8')).toBe(stdin)
    writeFileSync(join(chdir, 'flag'), '')
    const cleared = make('shell', { command: 'rm flag', chdir, onlyif: 'test -e flag' })
    expect(await apply(world, cleared)).toMatchObject({ status: 0, again: undefined })
  })

  it('expand nothing without a shell', async () => {
    using world = openWorld(shell)
    const line = `printf '%s\\n' $HOME * "\`x\`" '~'`
    const said = await apply(world, make('command', { command: line, always: true }))
    expect(said).toMatchObject({ status: 0, stdout: '$HOME\n*\n`x`\n~\n' })
  })

  it('that fail say so with their own status and words', async () => {
    using world = openWorld(shell)
    const failed = await apply(world, make('shell', { command: 'echo why >&2; exit 7', always: true }))
    expect(failed).toMatchObject({ status: 7, stderr: 'why\n' })
    const missing = await apply(world, make('command', { command: 'no-such-program', creates: '/none' }))
    expect(missing.status).toBe(127)
    const broken = await apply(world, make('shell', { command: 'if then', always: true }))
    expect(broken.status).not.toBe(0)
  })

  it('that only ask are answered while planning', async () => {
    using world = openWorld(shell)
    const asked = make('shell', {
      command: "printf 'a\\n\\377@@nonce done\\n'; echo e >&2",
      changed_when: false,
    })
    const found = await inspect(world, asked)
    expect(asked.converge(found, { touches: () => false })).toBeUndefined()
    expect(asked.result?.(found)).toEqual({
      changed: false,
      failed: false,
      skipped: false,
      rc: 0,
      stdout: 'a\n\uFFFD@@nonce done\n',
      stderr: 'e\n',
    })
    const nothing = make('command', { command: 'true', changed_when: false })
    expect(nothing.result?.(await inspect(world, nothing))).toMatchObject({ rc: 0, stdout: '', stderr: '' })
    const failing = await apply(
      world,
      make('command', { command: 'sh -c "echo bad >&2; exit 3"', changed_when: false }),
    )
    expect(failing).toMatchObject({ status: 3, stderr: 'bad\n', change: { summary: 'fails with status 3' } })
  })
})
