import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { setting } from '../../src/transport/settings.ts'
import { readSshArguments } from '../../src/transport/ssh-arguments.ts'
import { createSshConfig } from '../../src/transport/ssh-config.ts'
import { needs } from '../needs.ts'

needs('ssh')

const directory = mkdtempSync(join(tmpdir(), 'understudy-config-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

writeFileSync(join(directory, 'inner'), 'Port 7\nHost inner-*\n  User included\n')
const text = `
# what stands above every Host counts for all
ConnectTimeout 7
Host web-? !web-9
  user=web
  Port = 2201
  IdentityFile "/keys/first key"
Host "quoted" other
  HostName 10.0.0.9
  StrictHostKeyChecking accept-new
HOST web-1
  User late
  IdentityFile /keys/second
  HostKeyAlias alias
Host inner-1 outer
  Include ${directory}/inner
Match host 10.0.0.* user root,ops
  Port 2300
Match originalhost executed exec "test %n = executed"
  Port 2400
Match originalhost executed !exec "true"
  User never
Match all
  UserKnownHostsFile /known/a /known/b
Host *
  User anyone
  Port 22
`
const file = join(directory, 'config')
writeFileSync(file, text)

describe('ssh_config', () => {
  const keywords = [
    'hostname',
    'user',
    'port',
    'connecttimeout',
    'hostkeyalias',
    'userknownhostsfile',
    'identityfile',
  ]

  it.each(['web-1', 'web-9', 'quoted', 'other', 'inner-1', 'outer', 'executed', 'unheard-of'])(
    'says of %s what ssh itself says',
    async (name) => {
      const settings = await createSshConfig().settingsFor(name, new Map(), file)
      const truth = execFileSync('ssh', ['-G', '-F', file, name], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
      for (const keyword of keywords) {
        const said = truth
          .split('\n')
          .filter((line) => line.startsWith(`${keyword} `))
          .map((line) => line.slice(keyword.length + 1))
        const ours = setting(settings, keyword)
        if (ours !== undefined) expect(`${keyword} ${ours}`).toBe(`${keyword} ${said.join(' ')}`)
        // Where we say nothing ssh must be saying what it says without any configuration.
        else expect(['port', 'user', 'connecttimeout', 'userknownhostsfile'], keyword).not.toContain(keyword)
      }
    },
  )

  it('counts less than arguments, of which the first counts', async () => {
    const { settings } = readSshArguments(
      [
        '-o',
        'Port=5',
        '-p',
        '6',
        '-oUser ops',
        '-i',
        '/keys/a',
        '-i/keys/b',
        '-qC',
        '-o',
        'ControlMaster=auto',
      ],
      'web1',
    )
    const merged = await createSshConfig().settingsFor('web-1', settings, file)
    expect(setting(merged, 'port')).toBe('5')
    expect(setting(merged, 'user')).toBe('ops')
    expect(merged.get('identityfile')).toEqual(['/keys/a', '/keys/b', '/keys/first key', '/keys/second'])
  })

  it('keeps the quotes of a ProxyCommand for the shell', () => {
    const command = `ssh -W "%h:%p" -o 'User=a b' jump # not a remark`
    const { settings } = readSshArguments(['-o', `ProxyCommand=${command}`, '-J', 'unused'], 'web1')
    expect(setting(settings, 'proxycommand')).toBe(command)
    expect(settings.has('proxyjump')).toBe(false)
  })

  it('must exist when it is named', async () => {
    const asked = createSshConfig().settingsFor('web-1', new Map(), join(directory, 'missing'))
    await expect(asked).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
