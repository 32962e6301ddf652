import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { needs } from '../needs.ts'

needs('worlds')

const script = resolve(import.meta.dirname, '../../scripts/packages.sh')
let folder = ''
/** Whether a policy that was there before stays. */
let policyOfOthers = false
beforeEach(() => {
  policyOfOthers = false
  folder = mkdtempSync(join(tmpdir(), 'understudy-apt-'))
  chmodSync(folder, 0o755)
  for (const name of ['bin', 'up', 'work']) mkdirSync(join(folder, name))
  program('dpkg-query', 'echo installed bash')
  program('dpkg', ':')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A program of these tests that stands before that of this computer. */
function program(name: string, line: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho "${name} $*" >>${folder}/calls\n${line}\n`, {
    mode: 0o755,
  })
}

/** Runs the script where /usr/sbin is a private copy; with words that start it otherwise. */
function run(...wrapper: readonly string[]) {
  const setup = `mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir=${folder}/up,workdir=${folder}/work /usr/sbin
${policyOfOthers ? '' : 'rm -f /usr/sbin/policy-rc.d'}
exec "$@"`
  const words = ['-m', 'sh', '-euc', setup, 'sh', ...wrapper, 'sh', script]
  const child = spawn('unshare', words, {
    env: { PATH: `${folder}/bin:${process.env.PATH}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = new Promise<number>((done) => child.once('close', (status) => done(status ?? 255)))
  return { child, ended, said: () => said }
}

const calls = () => (existsSync(`${folder}/calls`) ? readFileSync(`${folder}/calls`, 'utf8') : '')
/** Is there a policy? A file that was removed from the copy is a device of its own. */
const policy = () => statSync(join(folder, 'up/policy-rc.d'), { throwIfNoEntry: false })?.isFile() === true

it('fetches everything before it installs anything, and starts no service', async () => {
  program('apt-get', `case "$*" in *-only*) : ;; *install*) cp /usr/sbin/policy-rc.d ${folder}/seen ;; esac`)
  const { ended, said } = run()
  expect(await ended, said()).toBe(0)
  expect(calls().match(/ (update|--download-only|install --no-install-recommends acl)/g)).toEqual([
    ' update',
    ' --download-only',
    ' install --no-install-recommends acl',
  ])
  expect(readFileSync(join(folder, 'seen'), 'utf8')).toContain('exit 101')
  expect(policy()).toBe(false)
  expect(said()).toMatch(/packages are ready after \d+ s/)
})

it('says what apt said where a mirror is gone, and installs nothing', async () => {
  program('apt-get', 'case "$*" in *-only*) echo "Could not resolve mirror.invalid" >&2; exit 100 ;; esac')
  const { ended, said } = run()
  expect(await ended).toBe(1)
  expect(said()).toMatch(/Could not resolve mirror\.invalid\napt-get failed while fetching/)
  expect(calls().match(/apt-get/g)).toHaveLength(2)
  expect(policy()).toBe(false)
})

it('lets services start again when it is killed', async () => {
  program('apt-get', `case "$*" in *-only*) : ;; *install*) : >${folder}/busy; sleep 1 ;; esac`)
  const { child, ended } = run()
  while (!existsSync(join(folder, 'busy'))) await pause(20)
  expect(policy()).toBe(true)
  child.kill('SIGTERM')
  expect(await ended).toBe(143)
  expect(policy()).toBe(false)
})

it('keeps the policy of somebody else', async () => {
  const theirs = '#!/bin/sh\nexit 104\n'
  policyOfOthers = true
  writeFileSync(join(folder, 'up/policy-rc.d'), theirs)
  program('apt-get', ':')
  expect(await run().ended).toBe(0)
  expect(readFileSync(join(folder, 'up/policy-rc.d'), 'utf8')).toBe(theirs)
})

it('says what is missing where it may not install it, and goes on', async () => {
  program('apt-get', ':')
  const { ended, said } = run('setpriv', '--reuid', '65534', '--clear-groups')
  expect(await ended).toBe(0)
  expect(said()).toContain('only root may install acl')
  expect(calls()).not.toContain('apt-get')
})
