import { execFile, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { command, openKeptLab, until } from './keeping.ts'

needs('build', 'root', 'sshd')

const run = promisify(execFile)

describe('commands that keep connections', () => {
  const lab = openKeptLab()
  const inventory = join(lab.directory, 'inventory.yaml')
  beforeAll(async () => {
    const { port, knownHosts } = await lab.noting()
    const words = `-F none -o UserKnownHostsFile=${knownHosts} -o IdentitiesOnly=yes -o IdentityAgent=none`
    const host = `{ ansible_host: 127.0.0.1, ansible_port: ${port}, ansible_user: root, ansible_ssh_private_key_file: ${lab.key}, ansible_ssh_common_args: ${words} }`
    writeFileSync(inventory, `all: { hosts: { web1: ${host} } }\n`)
  })
  afterAll(() => lab[Symbol.dispose]())

  const exec = (script: string) => ['exec', '-i', inventory, 'all', '-m', 'shell', '-a', script]
  const ended = async (words: readonly string[]) => {
    const shown = await run(process.execPath, [command, ...words]).then(
      (said) => ({ ...said, code: 0 }),
      (failed: { stdout: string; stderr: string; code: number }) => failed,
    )
    const still = (text: string) => text.replaceAll(/\d+(\.\d+)? s\b/g, '… s')
    return { status: shown.code, stdout: still(shown.stdout), stderr: still(shown.stderr) }
  }
  const loginsFor = async (work: () => Promise<unknown>): Promise<number> => {
    const before = lab.logins()
    await work()
    return lab.logins() - before
  }

  it.each(['echo out; echo err >&2', 'echo out; echo err >&2; exit 3', 'kill -9 $$'])(
    'tell of `%s` as others do, and end with the same status',
    async (script) => {
      const alone = await ended(exec(script))
      await ended([...exec(script), '--persist', '60s'])
      expect(
        await loginsFor(async () =>
          expect(await ended([...exec(script), '--persist', '60s'])).toEqual(alone),
        ),
      ).toBe(0)
    },
    30_000,
  )

  it('leave no lock behind when they are killed, and their connection to the next', async () => {
    const begun = join(lab.directory, 'begun')
    const killed = spawn(
      process.execPath,
      [command, ...exec(`touch ${begun}; sleep 2`), '--persist', '60s'],
      { stdio: 'ignore' },
    )
    await until(() => existsSync(begun))
    killed.kill('SIGKILL')
    expect(
      await loginsFor(async () => {
        expect(await ended([...exec('true'), '--persist', '60s'])).toMatchObject({ status: 0 })
      }),
    ).toBe(0)
  }, 60_000)

  it('say what is no time', async () => {
    const { status, stderr } = await ended([...exec('true'), '--persist', 'a while'])
    expect(status).toBe(5)
    expect(stderr).toContain('expected a time such as 60s, 5min or 1h, 24h at most, found "a while"')
  })

  it('are not what keeps the connections', async () => {
    const { status, stderr } = await ended(['keep-connections'])
    expect(status).toBe(5)
    expect(stderr).toContain('no command to type')
  })
})
