import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** A user of this computer that exists for one test only. */
export interface Account extends Disposable {
  readonly name: string
  readonly password: string
  /** Lines for sudoers; `USER` stands for the name. */
  sudoers(lines: string): void
}

export function makeAccount(): Account {
  const name = `us-${randomBytes(4).toString('hex')}`
  const password = `pa ss'"$(touch /tmp/${name}-leak)${randomBytes(6).toString('hex')}`
  const rules = `/etc/sudoers.d/${name}`
  execFileSync('useradd', ['--no-create-home', '--home-dir', '/tmp', '--shell', '/bin/sh', name])
  execFileSync('chpasswd', { input: `${name}:${password}\n` })
  return {
    name,
    password,
    sudoers(lines) {
      // Others use sudo meanwhile, which reads all files there but those with a dot in their names: none is ever half written.
      writeFileSync(`${rules}.new`, `${lines.replaceAll('USER', name)}\n`, { mode: 0o440 })
      execFileSync('visudo', ['-cqf', `${rules}.new`])
      renameSync(`${rules}.new`, rules)
    },
    [Symbol.dispose]() {
      rmSync(rules, { force: true })
      rmSync(`/run/sudo/ts/${name}`, { force: true })
      execFileSync('userdel', ['--force', name], { stdio: 'ignore' })
    },
  }
}
