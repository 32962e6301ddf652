import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'make')

/** A program whose only feature is to tell how it was built. */
const configure = `#!/bin/sh
for argument; do echo "checking $argument"; done
case "$*" in *--broken*) echo 'no compiler' >&2; exit 3 ;; esac
prefix=\${1#--prefix=}
printf '%s\\n' "$@" >arguments
readlink /proc/self/ns/net >network
pwd >room
printf 'all:\\n\\t@echo making\\n' >Makefile
printf 'install:\\n\\t@mkdir -p %s/sbin && cp arguments network room %s/sbin\\n' "$prefix" "$prefix" >>Makefile
`
const prefix = '/run/built'
const installed = `${prefix}/sbin/arguments`

/** Packs the sources of that program. */
function pack(files: Readonly<Record<string, string>> = { configure }) {
  const tree = mkdtempSync(join(tmpdir(), 'sources-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(tree, name), text)
      chmodSync(join(tree, name), 0o755)
    }
    const content = execFileSync('tar', ['-c', '-z', '-C', tree, '--transform', 's,^\\.,program-1.0,', '.'])
    return { content, sha256: sumOf(content) }
  } finally {
    rmSync(tree, { recursive: true })
  }
}

const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const build = (fields: object) => make('source_build', { prefix, creates: installed, ...fields })
const inside = (world: World, path: string) => readFileSync(world.outside(path), 'utf8')
/** What builds leave besides their note. */
const rooms = (world: World) =>
  readdirSync(world.outside('/var/lib/understudy/builds')).filter((name) => name.startsWith('room'))

describe.each(shells)('source_build under $name', (shell) => {
  it('builds once for each archive and set of arguments, and again where its program is gone', async () => {
    using world = openWorld(shell)
    const one = pack()
    const odd = "--with=it's $(reboot) *"
    const wanted = build({ ...one, configure: [odd] })
    expect(await apply(world, wanted)).toMatchObject({
      status: 0,
      again: undefined,
      change: { summary: 'build and install' },
    })
    expect(inside(world, installed)).toBe(`--prefix=${prefix}\n${odd}\n`)
    expect(await plan(world, wanted)).toBeUndefined()
    expect(rooms(world)).toEqual([])

    const plainer = await apply(world, build(one))
    expect(plainer).toMatchObject({ status: 0, again: undefined })
    expect(plainer.change?.differences).toEqual([
      {
        is: 'attribute',
        name: 'configure',
        before: JSON.stringify([`--prefix=${prefix}`, odd]),
        after: JSON.stringify([`--prefix=${prefix}`]),
      },
    ])
    const two = await apply(world, build(pack({ configure, README: 'another version' })))
    expect(two).toMatchObject({ again: undefined, change: { summary: 'build and install another version' } })
    expect(two.change?.differences).toMatchObject([{ name: 'archive', before: one.sha256 }])

    rmSync(world.outside(installed))
    expect(await apply(world, build(one))).toMatchObject({ status: 0, again: undefined })
  })

  it('builds in a private room without the network of the host', async () => {
    using world = openWorld(shell)
    await apply(world, build(pack()))
    world.run('readlink /proc/self/ns/net >/run/network')
    expect(inside(world, `${prefix}/sbin/network`)).toMatch(/^net:/)
    const [, pid = ''] = /^\/proc\/(\d+)\//.exec(world.outside('/')) ?? []
    const own = execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' })
    expect(inside(world, `${prefix}/sbin/network`)).not.toBe(own)
    const room = inside(world, `${prefix}/sbin/room`).trim()
    expect(room).toMatch(/^\/var\/lib\/understudy\/builds\/room\./)
    expect(existsSync(world.outside(room))).toBe(false)
  })

  it('shows the end of what failed, and leaves the program and nothing else', async () => {
    using world = openWorld(shell)
    const sources = pack()
    await apply(world, build(sources))
    const before = inside(world, installed)
    const many = Array.from({ length: 50 }, (_, index) => `--with-${index}`)
    const broken = await apply(world, build({ ...sources, configure: [...many, '--broken'] }))
    expect(broken.status).not.toBe(0)
    expect(broken.stderr).toMatch(/^configure failed with status 3; its output ends:\n/)
    expect(broken.stderr).toContain('checking --with-49\nchecking --broken\nno compiler')
    expect(broken.stderr).not.toContain('checking --with-9\n')
    expect(inside(world, installed)).toBe(before)
    expect(rooms(world)).toEqual([])
    expect(await plan(world, build(sources))).toBeUndefined()
  })

  it('installs again where an installation broke off', async () => {
    using world = openWorld(shell)
    const sources = pack()
    await apply(world, build(sources))
    const half = `${configure}sed -i 's/room/& no-such-file/' Makefile\n`
    const broken = await apply(world, build(pack({ configure: half })))
    expect(broken.stderr).toMatch(/^make install failed with status 2; its output ends:\n[\s\S]*no-such-file/)
    expect(await apply(world, build(sources))).toMatchObject({ change: expect.anything(), again: undefined })
  })

  it('says so where the archive has no configure, or does not bring what it is to create', async () => {
    using world = openWorld(shell)
    expect((await apply(world, build(pack({ README: '' })))).stderr).toContain('has no configure')
    expect(existsSync(world.outside(prefix))).toBe(false)
    const creates = `${prefix}/sbin/other`
    const applied = await apply(world, build({ ...pack(), creates }))
    expect(applied.stderr).toContain(`did not bring ${creates}`)
    expect(applied.again).toBeDefined()
  })

  it('refuses another archive of the host before it is unpacked, and names both sums', async () => {
    using world = openWorld(shell)
    const { content, sha256 } = pack()
    const src = '/run/sources.tar.gz'
    const wanted = (sum: string) => build({ src, remote_src: true, sha256: sum })
    expect((await apply(world, wanted(sha256))).stderr).toContain('is no file that can be read')
    writeFileSync(world.outside(src), content)
    const asked = '0'.repeat(64)
    const refused = await apply(world, wanted(asked))
    expect(refused.stderr).toContain(`its sha256 is ${sha256}, and ${asked} is asked for`)
    expect(existsSync(world.outside('/var/lib/understudy/builds'))).toBe(false)
    expect(await apply(world, wanted(sha256))).toMatchObject({ status: 0, again: undefined })
  })
})
