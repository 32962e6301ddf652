import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { namedShells } from '../sensors/ask.ts'
import { render } from './rendered.ts'

needs('root', 'dash', 'busybox', 'shellcheck')

const folder = mkdtempSync(join(tmpdir(), 'understudy-notify-'))
const vip = '192.0.2.77'
afterAll(() => {
  rmSync(folder, { recursive: true })
  rmSync(`/run/understudy-notify.${vip}`, { force: true })
  rmSync('/run/understudy-notify.lock', { force: true })
})

function program(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, 0o755)
  return path
}

const notify = program(
  'notify',
  render('notify.hbs', {
    notify: { mode: 'mb', services: ['stage'], mail: [], smtp: 'localhost' },
    ...{ inventory_hostname: 'd1', cluster_name: 'web', notify_from: 'keepalived@d1' },
  }),
)
// Stops sooner than it starts, as many services do.
program('systemctl', `#!/bin/sh\n[ "$1" != start ] || sleep 0.5\necho "$*" >>"${folder}/log"\n`)
program('logger', '#!/bin/sh\n')

it('is clean for shellcheck', () => {
  execFileSync('shellcheck', ['-s', 'sh', notify])
})

it.each(namedShells)(
  'leaves services as the last word says, however fast words come, under %s',
  async (_name, shell) => {
    const words = ['master', 'backup', 'master', 'fault'] as const
    writeFileSync(join(folder, 'log'), '')
    const log = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
    const [command = '', ...rest] = shell.filter((word) => word !== '-s')
    for (const word of words)
      execFileSync(command, [...rest, notify, '--address', vip, '-n', word], {
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
      })
    await expect.poll(() => log().length, { timeout: 30_000 }).toBe(words.length)
    expect(log().at(-1)).toBe('stop stage')
  },
)
