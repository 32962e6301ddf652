import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, applyAll, inspect, make, planAll } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

const hostile = [
  'it\'s $(reboot) `reboot` $IFS; rm -rf / #\\ "x" %s %d\\n\n',
  '-n -e leading dashes',
  '\n\n@@nonce done\n\n',
  'ünïcode – 漢字 *?[a]\t\r\n',
  '',
  "'",
]

describe.each(shells)('copy under $name', (shell) => {
  it('writes any text to any name, and shows exactly that', async () => {
    using world = openWorld(shell)
    const wanted = hostile.map((content, index) => {
      const dest = join(world.directory, `- it's $(reboot); * "${index}"\n`)
      return { content, dest, resource: make('copy', { dest, content }) }
    })
    const all = wanted.map(({ resource }) => resource)
    for (const [index, first] of (await applyAll(world, all)).entries()) {
      const { content, dest } = wanted[index] as (typeof wanted)[number]
      expect(first).toMatchObject({ status: 0, stderr: '', again: undefined })
      expect(first.change?.differences).toEqual([
        { is: 'text', path: dest, before: undefined, after: content },
      ])
      expect(readFileSync(dest, 'utf8')).toBe(content)
      expect(statSync(dest).mode & 0o7777).toBe(0o644)
    }
    expect(await planAll(world, all)).toEqual(all.map(() => undefined))
  })

  it('uploads binaries and large texts, and compares them by checksum', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'large')
    for (const content of [new Uint8Array([0, 255, 10, 0]), 'x\n'.repeat(200_000)]) {
      const wanted = make('copy', { dest, content })
      const first = await apply(world, wanted)
      expect(first).toMatchObject({ status: 0, again: undefined })
      expect(first.change?.uploads).toHaveLength(1)
      expect(first.change?.differences[0]).toMatchObject({ is: 'attribute', name: 'content' })
      expect(readFileSync(dest)).toEqual(Buffer.from(content))
    }
  })

  it('keeps owner and mode that are not asked for, and sets those that are', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'owned')
    writeFileSync(dest, 'old\n')
    chownSync(dest, 1, 2)
    chmodSync(dest, 0o640)
    await apply(world, make('copy', { dest, content: 'new\n' }))
    expect(statSync(dest)).toMatchObject({ uid: 1, gid: 2, mode: 0o100640 })
    const owned = await apply(world, make('copy', { dest, content: 'new\n', owner: 'root', mode: '0600' }))
    expect(owned).toMatchObject({ status: 0, again: undefined, change: { summary: 'set owner and mode' } })
    expect(statSync(dest)).toMatchObject({ uid: 0, gid: 2, mode: 0o100600 })
  })

  it('refuses links, directories and missing parents without touching them', async () => {
    using world = openWorld(shell)
    const target = join(world.directory, 'target')
    const link = join(world.directory, 'link')
    writeFileSync(target, 'kept')
    symlinkSync(target, link)
    const viaLink = await apply(world, make('copy', { dest: link, content: 'new' }))
    expect(viaLink).toMatchObject({ status: 1, stderr: expect.stringContaining(`is a link to ${target}`) })
    const onDirectory = await apply(world, make('copy', { dest: world.directory, content: 'new' }))
    expect(onDirectory.stderr).toContain('is a directory')
    const orphan = await apply(world, make('copy', { dest: join(world.directory, 'a/b'), content: 'new' }))
    expect(orphan.stderr).toContain('make it in a task before')
    expect(readFileSync(target, 'utf8')).toBe('kept')
    expect(readdirSync(world.directory).sort()).toEqual(['link', 'target'])
  })

  it('goes into a directory where its source has a name, and says what is made there', async () => {
    using world = openWorld(shell)
    const made = join(world.directory, 'a.conf')
    for (const kind of ['copy', 'template'] as const) {
      rmSync(made, { force: true })
      const wanted = make(kind, { dest: world.directory, name: 'a.conf', content: kind })
      expect(await apply(world, wanted)).toMatchObject({
        ...{ status: 0, again: undefined },
        change: { summary: `create ${made}` },
      })
      expect(readFileSync(made, 'utf8')).toBe(kind)
    }
  })

  it('leaves the live file and no trace of the new one where the disk is full', async () => {
    using world = openWorld(shell)
    // The file system of this directory is made inside the world: its files are seen through it.
    const dest = '/run/small/live'
    const seen = (name: string) => world.outside(`/run/small/${name}`)
    await apply(world, make('directory', { path: '/run/small' }))
    world.run('mount -t tmpfs -o size=64k tmpfs /run/small')
    writeFileSync(seen('live'), 'old')
    for (const content of ['y'.repeat(50_000), new Uint8Array(200_000)]) {
      rmSync(seen('ballast'), { force: true })
      const wanted = make('copy', { dest, content })
      const there = await inspect(world, wanted)
      writeFileSync(seen('ballast'), new Uint8Array(40_000))
      const foretold = await apply(world, wanted)
      expect(foretold.status).not.toBe(0)
      expect(foretold.stderr).toMatch(/^\/run\/small\/live cannot be written: there is no room: \d+ bytes/)
      // Where there still was room when it was looked at.
      const roomy = { ...(there.at as object), room: { bytes: 1e9, files: 9 } }
      const full = await apply(world, {
        ...wanted,
        converge: (found, upcoming) => wanted.converge({ ...found, at: roomy }, upcoming),
      })
      expect(full.status).not.toBe(0)
      expect(full.stderr).toContain('is the disk full?')
      expect(readFileSync(seen('live'), 'utf8')).toBe('old')
      expect(readdirSync(seen('')).sort()).toEqual(['ballast', 'live'])
    }
  })

  it('loses no edit made between look and change', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'edited')
    writeFileSync(dest, 'seen')
    const wanted = make('copy', {
      dest,
      content: 'new',
      validate: `sh -c 'cp /etc/hostname "$1"' sh '${dest}' %s`,
    })
    const { status, stderr } = await apply(world, wanted)
    expect(status).toBe(1)
    expect(stderr).toContain('was changed by something else')
    expect(readFileSync(dest, 'utf8')).toBe(readFileSync('/etc/hostname', 'utf8'))
    expect(readdirSync(world.directory)).toEqual(['edited'])
  })

  it('keeps what it replaces, with owner, mode and time, away from the live file', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'sub dir', 'kept')
    mkdirSync(join(world.directory, 'sub dir'))
    const wanted = (content: string) => make('copy', { dest, content, mode: '0640', backup: true })
    await apply(world, wanted('one'))
    const { mtimeMs } = statSync(dest)
    expect(await apply(world, wanted('two'))).toMatchObject({ status: 0, again: undefined })
    const backups = world.outside(`/var/lib/understudy/backups${dest}`)
    const [kept, ...more] = readdirSync(backups)
    expect(more).toEqual([])
    expect(kept).toMatch(/^\d{8}T\d{6}Z-7692c3ad3540$/)
    expect(readFileSync(join(backups, kept ?? ''), 'utf8')).toBe('one')
    const old = statSync(join(backups, kept ?? ''))
    expect(old.mode & 0o7777).toBe(0o640)
    expect(Math.floor(old.mtimeMs / 1000)).toBe(Math.floor(mtimeMs / 1000))
    expect(statSync(backups).mode & 0o777).toBe(0o700)
    expect(statSync(world.outside('/var/lib/understudy/backups')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(world.directory, 'sub dir'))).toEqual(['kept'])
  })
})

describe.each(shells)('validate under $name', (shell) => {
  it('sees the new file under a hidden name of its own suffix, before anything is replaced', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'x.conf')
    writeFileSync(dest, 'old')
    const validate = `sh -c 'echo "$1" >&2; grep -q new "$1" && grep -q old "$2"' sh %s '${dest}'`
    const good = await apply(world, make('copy', { dest, content: 'new', validate }))
    expect(good).toMatchObject({ status: 0, again: undefined })
    expect(good.stderr).toMatch(/\/\.understudy\.\w{8}\.x\.conf\n$/)
    const bad = await apply(world, make('copy', { dest, content: 'wrong', validate }))
    expect(bad.status).toBe(1)
    expect(bad.stderr).toContain(`${dest} was left as it is`)
    expect(readFileSync(dest, 'utf8')).toBe('new')
    expect(readdirSync(world.directory)).toEqual(['x.conf'])
  })

  it.each(['alone in its final place', 'in its final place where there are no namespaces'])(
    'without %s sees the new file %s',
    async (how) => {
      using world = openWorld(shell)
      if (how.includes('no namespaces')) world.run('ln -sf /bin/false /usr/local/sbin/unshare')
      for (const [name, before] of [
        ['live', 'old'],
        ['fresh', undefined],
      ] as const) {
        const dest = join(world.directory, name)
        if (before) writeFileSync(dest, before)
        const wanted = (content: string) =>
          make('copy', { dest, content, validate: `grep -qx good '${dest}'`, mode: '0600' })
        const bad = await apply(world, wanted('bad'))
        expect(bad).toMatchObject({ status: 1, stderr: expect.stringContaining('was left as it is') })
        expect(existsSync(dest) ? readFileSync(dest, 'utf8') : undefined).toBe(before)
        expect(await apply(world, wanted('good'))).toMatchObject({ status: 0, stderr: '', again: undefined })
        expect(readFileSync(dest, 'utf8')).toBe('good')
      }
      expect(readdirSync(world.directory).sort()).toEqual(['fresh', 'live'])
    },
  )

  it('leaves the live file alone even for the length of a check of the whole tree', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'live')
    writeFileSync(dest, 'old')
    // The namespace of the world itself sees what everyone else on the machine would see.
    const validate = `sh -c 'nsenter -t "$PPID" -m cat "$1" >&2; cat "$1"' sh '${dest}'`
    const { stdout, stderr, status } = await apply(world, make('copy', { dest, content: 'new', validate }))
    expect({ stdout, stderr, status }).toEqual({ stdout: 'new', stderr: 'old', status: 0 })
  })
})
