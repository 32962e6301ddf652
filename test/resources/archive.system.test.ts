import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, applyAll, make, planAll } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox', 'python3')

const inside = ["a it's $(reboot) *", '.hidden', '-n'] as const
let sources = ''

/** Packs the same few files, with `text` in them. */
function pack(kind: 'tar' | 'gz' | 'bz2' | 'xz' | 'zip', text: string): Uint8Array {
  const tree = mkdtempSync(join(sources, 'tree-'))
  mkdirSync(join(tree, 'top/sub'), { recursive: true })
  for (const name of inside) writeFileSync(join(tree, 'top/sub', name), text)
  symlinkSync('sub', join(tree, 'top/link'))
  const out = join(tree, 'archive')
  const flag = { tar: [], gz: ['-z'], bz2: ['-j'], xz: ['-J'], zip: [] }[kind]
  if (kind === 'zip') {
    const script = 'import shutil,sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2])'
    execFileSync('python3', ['-c', script, out, join(tree, 'top')])
    return readFileSync(`${out}.zip`)
  }
  execFileSync('tar', ['-c', ...flag, '--owner=7', '--group=7', '-f', out, '-C', tree, 'top'])
  return readFileSync(out)
}

beforeAll(() => {
  sources = mkdtempSync(join(tmpdir(), 'archives-'))
})
afterAll(() => rmSync(sources, { recursive: true, force: true }))

describe.each(shells)('archive under $name', (shell) => {
  it('unpacks each kind once, and again when it is another', async () => {
    using world = openWorld(shell)
    const packed = (text: string) =>
      (['tar', 'gz', 'bz2', 'xz'] as const).map((kind) => {
        const dest = join(world.directory, `${kind} it's`)
        return { dest, resource: make('archive', { dest, content: pack(kind, text), strip: 1 }) }
      })
    const unpack = (archives: ReturnType<typeof packed>) =>
      applyAll(
        world,
        archives.map(({ resource }) => resource),
      )
    const [one, two] = [packed('one'), packed('two')]
    for (const { dest } of one) {
      mkdirSync(dest, { mode: 0o711 })
      writeFileSync(join(dest, 'kept'), '')
    }
    for (const first of await unpack(one)) expect(first).toMatchObject({ status: 0, again: undefined })
    for (const { dest } of one) {
      for (const name of inside) expect(readFileSync(join(dest, 'sub', name), 'utf8')).toBe('one')
      expect(statSync(join(dest, 'sub', '-n')).uid).toBe(0)
      expect(statSync(dest).mode & 0o777).toBe(0o711)
      expect(readdirSync(dest).sort()).toEqual(['kept', 'link', 'sub'])
    }
    expect(
      await planAll(
        world,
        one.map(({ resource }) => resource),
      ),
    ).toEqual(one.map(() => undefined))
    for (const second of await unpack(two))
      expect(second).toMatchObject({
        status: 0,
        again: undefined,
        change: { summary: 'unpack another version' },
      })
    for (const { dest } of two) expect(readFileSync(join(dest, 'sub', '.hidden'), 'utf8')).toBe('two')
  })

  it('unpacks an archive of the host for an owner, where it is the expected one', async () => {
    using world = openWorld(shell)
    const src = join(world.directory, "- it's $(reboot).tgz")
    const dest = join(world.directory, 'made/here')
    const creates = join(dest, 'top/sub')
    const bytes = pack('gz', 'one')
    const missing = await apply(world, make('archive', { src, remote_src: true, dest }))
    expect(missing.stderr).toContain('is no file that can be read')
    writeFileSync(src, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const common = { src, remote_src: true, dest, owner: 'daemon', group: '2' }
    const other = await apply(world, make('archive', { ...common, sha256: sha256.replace(/./g, '0') }))
    expect(other.stderr).toContain(`its sha256 is ${sha256}`)
    expect(existsSync(dest)).toBe(false)
    const wanted = make('archive', { ...common, sha256, creates })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
    expect(statSync(join(creates, '.hidden'))).toMatchObject({ uid: 1, gid: 2 })
    rmSync(creates, { recursive: true })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
  })

  it('changes nothing where the archive is broken or the disk full', async () => {
    using world = openWorld(shell)
    await apply(world, make('directory', { path: '/run/small' }))
    world.run('mount -t tmpfs -o size=64k tmpfs /run/small')
    for (const content of [new Uint8Array([1, 2, 3]), pack('tar', 'x'.repeat(100_000))]) {
      expect((await apply(world, make('archive', { dest: '/run/small', content }))).status).not.toBe(0)
      expect(readdirSync(world.outside('/run/small'))).toEqual([])
    }
  })

  it('unpacks zip where unzip is there, and says so where it is not', async () => {
    using world = openWorld(shell)
    const dest = join(world.directory, 'd')
    const content = pack('zip', 'one')
    const { status, stderr } = await apply(world, make('archive', { dest, content }))
    if (status === 0) expect(readFileSync(join(dest, 'sub/.hidden'), 'utf8')).toBe('one')
    else expect(stderr).toContain('unzip is missing')
  })
})
