import { describe, expect, it } from 'vitest'
import { changeOfThing } from '../../src/sensors/changed-by.ts'

const { sensor } = changeOfThing('file /etc/app.conf')
const read = (...lines: readonly string[]) =>
  sensor.read(`--- 0\n${lines.join('\n')}\n`, ['file /etc/app.conf']).get('file /etc/app.conf')

describe('who changed something', () => {
  it('is nobody where nothing is known', () => {
    expect(read()).toEqual({ by: [] })
    expect(read('at 1700000000')).toEqual({ at: 1_700_000_000_000, by: [] })
  })

  it('is told by auditd, sudo, our own runs and logins, those that are surest first', () => {
    expect(
      read(
        'at 1700000000',
        'audit type=SYSCALL msg=audit(…) : arch=x86_64 syscall=openat auid=alice uid=root exe=/usr/bin/vi key=x',
        'sudo    bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/tee /etc/app.conf',
        'run {"run":"abcd1234","by":"me@here","did":"apply"} template',
        'login 1699999880.123456 web1 sshd[7]: Accepted publickey for carol from 192.0.2.9 port 22 ssh2',
      ),
    ).toEqual({
      at: 1_700_000_000_000,
      by: [
        'auditd: alice by /usr/bin/vi',
        'sudo: bob ran /usr/bin/tee /etc/app.conf',
        'a run of understudy: apply by me@here (abcd1234)',
        'last login before it: carol from 192.0.2.9, 120 s before',
      ],
    })
  })

  it('is asked of each thing by itself', () => {
    const script = sensor.ask(['file /etc/a b', 'unit nginx'])
    expect(script).toContain("stat -c %Z '/etc/a b'")
    expect(script).toContain('systemctl show -p StateChangeTimestamp --value nginx')
    const both = sensor.read('--- 0\nat 1\n--- 1\nat 2\n', ['file /a', 'unit b'])
    expect([...both.values()].map(({ at }) => at)).toEqual([1000, 2000])
  })
})
