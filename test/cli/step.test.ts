import { describe, expect, it } from 'vitest'
import { shellWords } from '../../src/cli/step.ts'
import type { Host } from '../../src/model/host.ts'

const host: Host = { name: 'web1', address: '192.0.2.7', connection: 'ssh', sshArgs: [] }

describe('the words of a shell on a machine', () => {
  it('are those with which the run reaches it', () => {
    const sshArgs = ['-o', 'UserKnownHostsFile=/a b', '-J', 'jump']
    const reached: Host = { ...host, port: 2222, user: 'ops', privateKeyFile: '/k', sshArgs }
    expect(shellWords(reached, 'none')).toEqual([
      ...['ssh', '-t', '-F', 'none', '-p', '2222', '-l', 'ops', '-i', '/k', ...sshArgs, '--', '192.0.2.7'],
    ])
  })

  it('become who the run is, and quote what a far shell reads', () => {
    const become = { method: 'sudo', user: "o'root", program: '/opt/my sudo', password: 'secret' } as const
    const words = shellWords({ ...host, become }, undefined)
    expect(words.at(-1)).toBe(`'/opt/my sudo' -u 'o'\\''root' -i`)
    expect(words.join(' ')).not.toContain('secret')
    expect(shellWords({ ...host, become: { method: 'su', user: 'root' } }, undefined).at(-1)).toBe(
      'su - root',
    )
  })

  it('are a shell of this computer where the host is that', () => {
    expect(shellWords({ ...host, connection: 'local' }, 'x')).toEqual([process.env.SHELL ?? 'sh'])
  })
})
