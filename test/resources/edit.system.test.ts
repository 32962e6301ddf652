import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, plan } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

describe.each(shells)('edits under $name', (shell) => {
  it('change their lines and nothing else of a file', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, "- it's $(reboot) *")
    writeFileSync(path, 'kept\n')
    chmodSync(path, 0o640)
    const line = "-n it's $(reboot) `x` \\1 & * ünïcode %s"
    const wanted = make('line', { path, line, validate: 'grep -q kept %s', backup: true })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
    const block = make('block', { path, block: `${line}\n$(reboot)` })
    expect(await apply(world, block)).toMatchObject({ status: 0, again: undefined })
    expect(readFileSync(path, 'utf8')).toBe(
      `kept\n${line}\n# BEGIN UNDERSTUDY\n${line}\n$(reboot)\n# END UNDERSTUDY\n`,
    )
    expect(statSync(path).mode & 0o7777).toBe(0o640)
  })

  it('are refused on binaries and on files too large to read', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, 'binary')
    writeFileSync(path, 'a\0b')
    expect((await apply(world, make('line', { path, line: 'x' }))).stderr).toContain('is no text')
    writeFileSync(path, 'x\n'.repeat(200_000))
    expect((await apply(world, make('line', { path, line: 'y' }))).stderr).toContain('too many to edit')
  })

  it('reach /etc/hosts and /etc/cron.d', async () => {
    using world = openWorld(shell)
    mkdirSync(world.outside('/etc/cron.d'), { recursive: true })
    const before = readFileSync(world.outside('/etc/hosts'), 'utf8')
    const entry = make('hosts_entry', { address: '192.0.2.7', names: ['web7', 'web7.example'] })
    expect(await apply(world, entry)).toMatchObject({ status: 0, again: undefined })
    expect(readFileSync(world.outside('/etc/hosts'), 'utf8')).toBe(
      `${before.replace(/\n?$/, '\n')}192.0.2.7\tweb7 web7.example\n`,
    )
    const job = { name: 'sweep', schedule: '*/5 0-6 * * mon', command: "date '+%F' >/tmp/x; echo it\\'s" }
    expect(await apply(world, make('cron', job))).toMatchObject({ status: 0, again: undefined })
    const table = world.outside('/etc/cron.d/sweep')
    expect(readFileSync(table, 'utf8')).toMatch(
      /^\*\/5 0-6 \* \* mon root date '\+\\%F' >\/tmp\/x; echo it\\'s$/m,
    )
    expect(statSync(table).mode & 0o7777).toBe(0o644)
    const gone = make('cron', { name: 'sweep', state: 'absent' })
    expect(await apply(world, gone)).toMatchObject({ status: 0, again: undefined })
    expect(await plan(world, gone)).toBeUndefined()
  })
})
