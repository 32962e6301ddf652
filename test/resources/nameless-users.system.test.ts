import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, ofModule } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

describe.each(shells)('a user of MySQL from everywhere, under $name', (shell) => {
  it('is removed wherever the server has him, once', async () => {
    using world = openWorld(shell)
    const at = (name: string) => join(world.directory, name)
    writeFileSync(at('hosts'), "localhost\nit's.here\n")
    // Stands for the client and its server: it has the hosts of one user, until they are dropped.
    writeFileSync(
      at('mariadb'),
      `#!/bin/sh
cd '${world.directory}'
said=$(cat)
case $said in
  *SELECT*) sed 's/^/from /' hosts ;;
  *) printf '%s\\n' "$said" >told; : >hosts ;;
esac
`,
    )
    world.run(`install -m 0755 '${at('mariadb')}' /usr/local/sbin/mariadb`)
    const applied = await apply(world, ofModule('mysql_user', { name: '', host_all: true, state: 'absent' }))
    expect(applied, applied.stderr).toMatchObject({ status: 0, again: undefined })
    expect(applied.change?.summary).toBe("remove, from localhost, it's.here")
    expect(readFileSync(at('told'), 'utf8').trim().split('\n').slice(-2)).toEqual([
      "DROP USER ''@'localhost';",
      "DROP USER ''@'it''s.here';",
    ])
  })
})
