import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { complaints } from './complaints.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { answerCheck, haproxyCfg } from './rendered.ts'

needs('root', 'dash', 'busybox', 'haproxy')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-checks-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

const checked = (check: Words, more: Words = {}) =>
  machines({
    ...healthy,
    balancer: 'haproxy',
    backend: 'none',
    services: [{ port: 80, mode: 'tcp', backend_port: 8080, check: { retry_delay: 0.1, ...check } }],
    ...more,
  })

describe.each([['dash'], ['busybox', 'sh']])(
  'what HAProxy asks how realservers are, under %s',
  (...shell) => {
    const [program = '', ...words] = shell.filter((word) => word !== undefined)
    const answers = (text: string, line: string) => {
      const path = join(folder, 'answer-check')
      writeFileSync(path, text)
      const { stdout, status } = spawnSync(program, [...words, path], { input: line, encoding: 'utf8' })
      return { stdout, status }
    }

    it('looks by the program, as the user and with the words of the inventory', () => {
      const seen = join(folder, 'seen')
      const looks = join(folder, 'looks')
      writeFileSync(seen, '')
      chmodSync(seen, 0o666)
      writeFileSync(looks, `#!/bin/sh\necho "$(id -un) $*" >>${seen}\n[ "$2" = 10.77.0.21 ]\n`)
      chmodSync(looks, 0o755)
      const text = answerCheck(checked({ type: 'misc', program: `${looks} -v`, user: 'nobody', retries: 2 }))
      expect(answers(text, 'web_80 rs1\n')).toEqual({ stdout: 'up\n', status: 0 })
      expect(answers(text, 'web_80 rs2\n')).toEqual({ stdout: 'down\n', status: 0 })
      expect(execFileSync('cat', [seen], { encoding: 'utf8' }).trim().split('\n')).toEqual([
        'nobody -v 10.77.0.21 8080',
        ...Array.from({ length: 3 }, () => 'nobody -v 10.77.0.22 8080'),
      ])
    })

    it('waits for a program no longer than the inventory says', () => {
      const looks = join(folder, 'looks')
      writeFileSync(looks, '#!/bin/sh\nsleep 60\n')
      chmodSync(looks, 0o755)
      const text = answerCheck(checked({ type: 'misc', program: looks, timeout: 1, retries: 0 }))
      expect(answers(text, 'web_80 rs1\n').stdout).toBe('down\n')
    })

    it('says nothing of what it does not know', () => {
      const text = answerCheck(checked({ type: 'misc', program: '/bin/true' }))
      for (const line of ['', '\n', 'web_80 rs9\n', '* *\n', 'web_80 rs1', '$(reboot)\n'])
        expect(answers(text, line).stdout, line).toBe('')
    })
  },
)

describe('HAProxy', () => {
  it.each<readonly [string, Words, readonly string[]]>([
    [
      'pings',
      { type: 'ping', timeout: 1.5, retries: 3 },
      ['timeout check 8300', 'agent-port 61801 agent-inter 2000', 'agent-send "web_80 rs1\\n"'],
    ],
    ['programs', { type: 'misc', program: '/bin/true' }, ['agent-send "web_80 rs2\\n"']],
    ['greetings of mail', { type: 'smtp' }, ['option smtpchk HELO localhost']],
    [
      'greetings of mail by name',
      { type: 'smtp', helo: 'lb.example.org' },
      ['option smtpchk HELO lb.example.org'],
    ],
  ])('takes checks by %s', (_, check, lines) => {
    const members = checked(check)
    expect(complaints(members)).toEqual([])
    const text = haproxyCfg(members)
    for (const line of lines) expect(text).toContain(line)
    const path = join(folder, 'haproxy.cfg')
    writeFileSync(path, text)
    const { stderr, status } = spawnSync('haproxy', ['-c', '-q', '-f', path], { encoding: 'utf8' })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  })

  it('asks nobody where it has words for the check', () => {
    for (const check of [{ type: 'tcp' }, { type: 'smtp' }, { type: 'http' }])
      expect(haproxyCfg(checked(check))).not.toContain('agent-check')
  })
})

it('is said of nginx to be what connecting is', () => {
  expect(complaints(checked({ type: 'ping' }, { balancer: 'nginx' }))).toEqual([])
})
