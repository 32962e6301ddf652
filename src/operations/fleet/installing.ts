import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunEvent } from '../../model/event.ts'
import { apply } from '../apply.ts'
import type { ConnectionOptions, Following } from '../options.ts'
import { plan } from '../plan.ts'
import type { RunResult } from '../run.ts'

/** A unit of systemd on this computer. */
export interface UnitFile {
  /** Such as `understudy-worker-web-berlin.service`. */
  readonly name: string
  readonly text: string
}

/** What is to become of a unit. */
export type InstallOptions = Following<RunEvent> &
  Pick<ConnectionOptions, 'becomePassword'> & {
    readonly unit: UnitFile
    readonly to: 'present' | 'absent'
    /** Say what would be done, and do nothing. */
    readonly dryRun: boolean
  }

/** Where units of who runs a computer are (systemd.unit(5)). */
const folder = '/etc/systemd/system'

/** Has systemd of this computer start a unit now and at boot, or forget it: as a playbook of this computer alone would. */
export async function installUnit(options: InstallOptions): Promise<RunResult> {
  const { unit, to, dryRun, ...following } = options
  const place = await mkdtemp(join(tmpdir(), 'understudy-unit-'))
  try {
    const inventory = join(place, 'inventory.json')
    const playbook = join(place, 'unit.json')
    const source = join(place, unit.name)
    await writeFile(source, unit.text)
    await writeFile(
      inventory,
      JSON.stringify({ all: { hosts: { localhost: { ansible_connection: 'local' } } } }),
    )
    const tasks = to === 'present' ? installing(unit, source) : removing(unit)
    const play = { name: unit.name, hosts: 'localhost', gather_facts: false, become: !isRoot(), ...tasks }
    await writeFile(playbook, JSON.stringify([play]))
    const given = { ...following, inventory: [inventory], playbook, verify: false }
    return dryRun ? await plan(given) : await apply(given)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function installing({ name }: UnitFile, source: string) {
  return {
    tasks: [
      { copy: { src: source, dest: `${folder}/${name}`, mode: '0644' }, notify: 'restart' },
      { systemd_service: { name, enabled: true, state: 'started', daemon_reload: true } },
    ],
    handlers: [{ name: 'restart', systemd_service: { name, state: 'restarted', daemon_reload: true } }],
  }
}

function removing({ name }: UnitFile) {
  const path = `${folder}/${name}`
  if (!existsSync(path)) return { tasks: [] }
  return {
    tasks: [
      { systemd_service: { name, enabled: false, state: 'stopped' } },
      { file: { path, state: 'absent' }, notify: 'reload' },
    ],
    handlers: [{ name: 'reload', systemd_service: { daemon_reload: true } }],
  }
}
