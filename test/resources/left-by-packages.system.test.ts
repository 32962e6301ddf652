import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, ofModule, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox')

/** Stands for apt-get in a world: tells what there is to do until it was told to do it, and notes its words. */
function standIn(world: World): () => string {
  const path = join(world.directory, 'apt-get')
  const log = join(world.directory, 'log')
  writeFileSync(
    path,
    `#!/bin/sh
cd '${world.directory}'
case "$*" in *" -s "*) ;; *) echo "$*" >>log ;; esac
case "$*" in
  *" -s autoclean") [ -e cleaned ] || printf 'Del old 1.0 [10 kB]\\nDel older 1.0 [10 kB]\\n' ;;
  *" -s autoremove") [ -e removed ] || echo 'Remv lib-left [1]' ;;
  *" -s "*dist-upgrade) printf 'Inst a [1] (2 stable)\\nRemv b [1]\\nConf a (2 stable)\\n' ;;
  *" autoclean") : >cleaned ;;
  *" autoremove") : >removed ;;
esac
`,
  )
  chmodSync(path, 0o755)
  world.run(`mount --bind '${path}' "$(command -v apt-get)"`)
  return () => readFileSync(log, 'utf8')
}

describe.each(shells)('what packages left, under $name', (shell) => {
  it('goes as far as it is asked for, once', async () => {
    using world = openWorld(shell)
    const log = standIn(world)
    const files = await apply(world, ofModule('apt', { autoclean: true }))
    expect(files, files.stderr).toMatchObject({ status: 0, again: undefined })
    expect(files.change?.summary).toBe('delete 2 fetched files')
    expect(log()).toMatch(/^-q -y .* autoclean\n$/)
    const rest = await apply(world, ofModule('apt', { autoclean: true, autoremove: true }))
    expect(rest, rest.stderr).toMatchObject({ status: 0, again: undefined })
    expect(rest.change?.summary).toBe('remove lib-left')
    expect(log()).toMatch(/autoclean\n.* autoremove\n$/)
  })

  it('shows in the plan of an upgrade that takes it away', async () => {
    using world = openWorld(shell)
    standIn(world)
    const change = await plan(world, ofModule('apt', { upgrade: 'dist', autoremove: true, force: true }))
    expect(change?.summary).toBe('upgrade a; remove b')
  })
})
