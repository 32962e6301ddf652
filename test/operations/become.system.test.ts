import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encryptVault } from '../../src/config/vault.ts'
import { exec, type RunEvent } from '../../src/operations/index.ts'
import { needs } from '../needs.ts'
import { type Account, makeAccount } from '../transport/accounts.ts'
import { openSshLab, type Sshd } from '../transport/sshd.ts'
import { startOwnRun } from './own-run.ts'

needs('root', 'sshd', 'sudo', 'useradd', 'dash')

describe('passwords for sudo', () => {
  const lab = openSshLab()
  let server: Sshd
  let accounts: readonly Account[] = []
  beforeAll(async () => {
    // Its locks are not those of this computer, which other tests take.
    server = (await startOwnRun(lab)).server
    accounts = [0, 1, 2, 3, 4].map(() => makeAccount())
    for (const one of accounts) one.sudoers('USER ALL=(ALL) ALL')
  })
  afterAll(() => {
    for (const one of accounts) one[Symbol.dispose]()
    lab[Symbol.dispose]()
  })

  const user = (index: number) => accounts[index]?.name ?? ''
  const password = (index: number) => accounts[index]?.password ?? ''
  const inventory = (text: string) => [
    lab.file(
      'inventory.yaml',
      `all:
  vars:
    ansible_host: 127.0.0.1
    ansible_port: ${server.port}
    ansible_ssh_private_key_file: ${lab.key}
    ansible_ssh_common_args: -F none -o UserKnownHostsFile=${server.knownHosts}
    ansible_become: true
${text}`,
    ),
  ]
  const ran = async (
    given: Pick<Parameters<typeof exec>[0], 'inventory' | 'becomePassword' | 'vaultPasswords' | 'extraVars'>,
    command = 'id -un; echo "$SUDO_USER"',
  ) => {
    const events: RunEvent[] = []
    const secrets = new Set<string>()
    const result = await exec({
      ...given,
      hosts: 'all',
      kind: 'shell',
      fields: command,
      onEvent: (event) => events.push(event),
      onSecrets: (found) => {
        for (const one of found) secrets.add(one)
      },
    })
    const outputs = Object.fromEntries(result.steps.map(({ host, output }) => [host, output]))
    const failures = result.failures.map(({ host, failure }) => [host, failure.code])
    return { outputs, failures, events, secrets }
  }
  // Several names of one address: the same machine by other users.
  const host = (index: number, more = '') =>
    `h${index}: {ansible_user: ${user(index)}, ansible_ssh_extra_args: "-o HostKeyAlias=[127.0.0.1]:${server.port} -o LogLevel=ERROR -o SetEnv=N=${index}"${more}}`

  it('come from every source of secrets, for hosts and groups, by every name', async () => {
    process.env.US_TEST_SUDO = password(0)
    lab.file('second.password', `${password(1)}\n`)
    lab.file('third.password', password(2))
    const counted = join(lab.directory, 'counted')
    const vault = encryptVault(Buffer.from(password(3)), 'of the vault')
      .trimEnd()
      .replaceAll('\n', '\n            ')
    const { outputs, failures, secrets } = await ran({
      inventory: inventory(`  children:
    first: {vars: {ansible_become_pass: !env US_TEST_SUDO}, hosts: {${host(0)}}}
    second: {vars: {become_password: wrong of the group}, hosts: {${host(1, ', become_pass: !file second.password')}}}
    third:
      vars: {ansible_become_password: !command [sh, -c, "echo x >>${counted}; cat ${lab.directory}/third.password"]}
      hosts: {${host(2)}}
    fourth:
      vars:
        ansible_become_password: !vault |
            ${vault}
      hosts: {${host(3)}}
    fifth: {hosts: {${host(4)}}}
`),
      vaultPasswords: { default: 'of the vault' },
      becomePassword: password(4),
    }).finally(() => delete process.env.US_TEST_SUDO)
    expect(failures).toEqual([])
    expect(outputs).toEqual(
      Object.fromEntries([0, 1, 2, 3, 4].map((index) => [`h${index}`, `root\n${user(index)}\n`])),
    )
    expect(readFileSync(counted, 'utf8')).toBe('x\n')
    for (const index of [0, 1, 2, 3, 4]) expect(secrets).toContain(password(index))
  })

  it('count for a host before its groups, by whichever name, and -e before both', async () => {
    const text = `  children:
    all_of_them:
      vars: {ansible_become_password: wrong}
      hosts: {${host(0, ', ansible_become_pass: !env US_TEST_SUDO')}}
`
    process.env.US_TEST_SUDO = password(0)
    try {
      const given = { inventory: inventory(text), becomePassword: 'not needed' }
      expect((await ran(given)).outputs).toEqual({ h0: `root\n${user(0)}\n` })
      const overruled = await ran({ ...given, extraVars: ['become_password=wrong'] })
      expect(overruled.failures).toEqual([['h0', 'BECOME_FAILED']])
    } finally {
      delete process.env.US_TEST_SUDO
    }
  })

  it('are in nothing that is told, and reach no command line and no environment there', async () => {
    lab.file('sudo.password', password(0))
    const text = `  hosts: {${host(0, ', become_password: !file sudo.password')}}\n`
    const { outputs, events } = await ran(
      { inventory: inventory(text) },
      // Of the shell itself and of everything that started it: sudo, the login shell, sshd.
      `p=$$; for up in 1 2 3 4 5 6 7 8; do
  if [ "$p" -gt 1 ]; then
    cat "/proc/$p/cmdline" "/proc/$p/environ" | tr '\\0' '\\n'
    p=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$p/status")
  fi
done`,
    )
    expect(outputs.h0).toContain('sudo')
    expect(JSON.stringify(events)).not.toContain(JSON.stringify(password(0)).slice(1, -1))
    const log = execFileSync('sh', ['-c', 'cat /var/log/auth.log /var/log/sudo.log 2>/dev/null || :'], {
      encoding: 'utf8',
    })
    expect(log).not.toContain(password(0))
  })

  it('that are wrong are told of by the host alone', async () => {
    const text = `  hosts: {${host(0, ', become_password: not-this-one-surely')}}\n`
    const { failures, events } = await ran({ inventory: inventory(text) })
    expect(failures).toEqual([['h0', 'BECOME_FAILED']])
    expect(JSON.stringify(events)).not.toContain('not-this-one-surely')
  })
})
