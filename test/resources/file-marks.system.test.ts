import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, ofModule, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'chattr')

const nasty = "it's $(reboot) `x`"
const label = 'system_u:object_r:etc_t:s0'

/**
 * A machine whose kernel says that SELinux is on. Labels are attributes of files, which chcon and stat set and read whatever
 * the kernel makes of them; only who asks the policy is a stand-in.
 */
function withSelinux(world: World): void {
  world.run(`mount -t tmpfs tmpfs /sys/fs; mkdir /sys/fs/selinux
echo 1 >/sys/fs/selinux/mls; echo 1 >/sys/fs/selinux/enforce
cat >/usr/local/sbin/matchpathcon <<'END'
#!/bin/sh
[ "$1" = -n ] && echo system_u:object_r:httpd_sys_content_t:s0
END
chmod +x /usr/local/sbin/matchpathcon
for name in chcon stat find; do ln -sf "$(PATH=/usr/bin:/bin command -v $name)" /usr/local/sbin/$name; done`)
}

function labelled(path: string, text = ''): string {
  writeFileSync(path, text)
  execFileSync('chcon', [label, path])
  return path
}

const labelOf = (path: string) => execFileSync('stat', ['-c', '%C', path], { encoding: 'utf8' }).trim()
const attributesOf = (path: string) =>
  execFileSync('lsattr', ['-d', path], { encoding: 'utf8' }).split(' ')[0]?.replaceAll(/[-e]/g, '')

describe.each(shells)('marks of files, under $name', (shell) => {
  it('are labels, set part by part where SELinux is on', async () => {
    using world = openWorld(shell)
    withSelinux(world)
    const path = labelled(join(world.directory, nasty))
    const made = await apply(world, ofModule('file', { path, setype: 'httpd_t', selevel: 's0:c1' }))
    expect(made, made.stderr).toMatchObject({ status: 0, again: undefined })
    expect(made.change?.differences).toEqual([
      {
        is: 'attribute',
        name: 'SELinux label',
        before: label,
        after: 'system_u:object_r:httpd_t:s0:c1',
      },
    ])
    expect(labelOf(path)).toBe('system_u:object_r:httpd_t:s0:c1')
    const usual = await apply(world, ofModule('file', { path, setype: '_default', selevel: '_default' }))
    expect(usual, usual.stderr).toMatchObject({ status: 0, again: undefined })
    expect(labelOf(path)).toBe('system_u:object_r:httpd_sys_content_t:s0')
    const tree = join(world.directory, 'tree')
    mkdirSync(join(tree, 'in'), { recursive: true })
    const inside = labelled(join(tree, 'in', nasty))
    for (const one of [tree, join(tree, 'in')]) execFileSync('chcon', [label, one])
    const all = { path: tree, state: 'directory', recurse: true, setype: 'var_t' }
    const deep = await apply(world, ofModule('file', all))
    expect(deep, deep.stderr).toMatchObject({ status: 0, again: undefined })
    expect(labelOf(inside)).toBe('system_u:object_r:var_t:s0')
  })

  it('are left alone where it is off', async () => {
    using world = openWorld(shell)
    const path = labelled(join(world.directory, 'file'))
    expect(
      await plan(world, ofModule('file', { path, setype: 'httpd_t', seuser: '_default' })),
    ).toBeUndefined()
    const dest = join(world.directory, 'made')
    const made = await apply(world, ofModule('copy', { dest, content: 'x', setype: 'httpd_t' }))
    expect(made, made.stderr).toMatchObject({ status: 0, again: undefined })
    expect(made.change?.differences).toHaveLength(1)
  })

  it('are attributes of the file system', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, nasty)
    const set = async (module: string, parameters: object) => {
      const made = await apply(world, ofModule(module, parameters))
      expect(made, made.stderr).toMatchObject({ status: 0, again: undefined })
      expect(made.change).toBeDefined()
    }
    await set('copy', { dest: path, content: 'one\n', attributes: '+d' })
    expect(attributesOf(path)).toBe('d')
    // What replaces a file has none of its attributes.
    await set('lineinfile', { path, line: 'two', attributes: '+d' })
    expect(attributesOf(path)).toBe('d')
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
    await set('file', { path, attributes: '+i' })
    try {
      expect(attributesOf(path)).toBe('id')
      expect(await plan(world, ofModule('file', { path, attributes: '+i' }))).toBeUndefined()
      expect(await plan(world, ofModule('file', { path, attr: 'di' }))).toBeUndefined()
      // busybox takes root to be able to write everything.
      if (shell.name === 'dash') {
        const held = await plan(world, ofModule('copy', { dest: path, content: 'x', attributes: '-i' }))
        expect(held?.summary).toContain('immutable')
      }
    } finally {
      await set('file', { path, attributes: '-i' })
    }
    // Who may append is told by access(2) that he may write: only the flag says that nothing can be put in its place.
    const replaced = () => plan(world, ofModule('copy', { dest: path, content: 'y' }))
    const beside = () => plan(world, ofModule('copy', { dest: join(world.directory, 'new'), content: 'y' }))
    expect((await replaced())?.summary).not.toContain('append-only')
    for (const [marked, held] of [
      [path, [true, false]],
      [world.directory, [true, true]],
    ] as const) {
      execFileSync('chattr', ['+a', marked])
      try {
        const said = [await replaced(), await beside()].map((change) =>
          change?.summary.includes('append-only'),
        )
        expect(said).toEqual(held)
      } finally {
        execFileSync('chattr', ['-a', marked])
      }
    }
    const none = join(world.directory, 'none')
    expect(
      await plan(world, ofModule('lineinfile', { path: none, state: 'absent', line: 'x', attributes: '+d' })),
    ).toBeUndefined()
    await set('yum_repository', {
      name: 'a',
      description: 'a',
      baseurl: 'http://a/',
      reposdir: world.directory,
      mode: '0600',
      attributes: '+d',
    })
    expect(statSync(join(world.directory, 'a.repo')).mode & 0o7777).toBe(0o600)
    await set('yum_repository', { name: 'a', reposdir: world.directory, state: 'absent', attributes: '+d' })
    const tree = join(world.directory, 'tree')
    mkdirSync(join(tree, 'in'), { recursive: true })
    writeFileSync(join(tree, 'in', nasty), '')
    await set('file', { path: tree, state: 'directory', recurse: true, attributes: '+d' })
    expect(attributesOf(join(tree, 'in', nasty))).toBe('d')
    const out = join(world.directory, 'out')
    mkdirSync(out)
    await set('copy', { dest: out, src: '/tmp/a name', content: 'x', attributes: '+d' })
    expect(attributesOf(join(out, 'a name'))).toBe('d')
    expect(attributesOf(out)).toBe('')
  })
})
