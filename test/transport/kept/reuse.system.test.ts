import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Frame } from '../../../src/model/session.ts'
import { sh } from '../../../src/shell/quote.ts'
import { createConnector } from '../../../src/transport/index.ts'
import { needs } from '../../needs.ts'
import { type Account, makeAccount } from '../accounts.ts'
import type { Sshd } from '../sshd.ts'
import { answer, connect, failureOf, hostOf, options, program, whoami } from '../talk.ts'
import { keeping, openKeptLab, until } from './keeping.ts'

needs('build', 'root', 'sshd', 'sudo', 'useradd')

describe('a connection that was kept', () => {
  const lab = openKeptLab()
  let server: Sshd
  let ops: Account
  beforeAll(async () => {
    server = await lab.noting()
    ops = makeAccount()
    ops.sudoers('USER ALL=(ALL) ALL')
  })
  afterAll(() => {
    ops[Symbol.dispose]()
    lab[Symbol.dispose]()
  })

  const reach = (more = {}, seconds = 60) => connect(hostOf(lab, server, more), { keeping: keeping(seconds) })
  /** What somebody who comes later finds: how often one was let in for that. */
  const loginsFor = async (work: () => Promise<unknown>): Promise<number> => {
    const before = lab.logins()
    await work()
    return lab.logins() - before
  }

  it('serves the next command, which is not let in anew', async () => {
    const once = async () => {
      await using session = await reach()
      expect(await answer(session, whoami)).toBe('root')
    }
    expect(await loginsFor(once)).toBe(1)
    expect(await loginsFor(once)).toBe(0)
    expect(await loginsFor(once)).toBe(0)
    expect(lab.masters()).toHaveLength(1)
  })

  it('tells how steps end, and what they print', async () => {
    await using session = await reach()
    const steps = [sh`echo out; echo err >&2; exit 3`]
    const frames: Frame[] = []
    for await (const frame of session.run(program(sh`true`, steps))) frames.push(frame)
    expect(frames).toContainEqual(
      expect.objectContaining({ is: 'step-finished', status: 3, stdout: 'out\n', stderr: 'err\n' }),
    )
  })

  it('carries 20 MB there and back', async () => {
    const content = Buffer.from(randomBytes(10_000_000).toString('hex'))
    const sum = createHash('sha256').update(content).digest('hex')
    const logins = await loginsFor(async () => {
      await using session = await reach()
      const path = await session.upload(content)
      expect(await answer(session, sh`sha256sum <${path}`)).toBe(`${sum}  -`)
      const talk = await session.converse(sh`exec cat ${path}`)
      const back = createHash('sha256')
      for await (const chunk of talk) back.update(chunk)
      expect(back.digest('hex')).toBe(sum)
      talk.destroy()
    })
    expect(logins).toBe(0)
  })

  it('holds little of what nobody reads, and loses none of it', async () => {
    await using session = await reach()
    const [master = 0] = lab.masters()
    const held = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${master}/status`, 'utf8'))?.[1]) / 1000
    const before = held()
    const talk = await session.converse(sh`exec head -c 100000000 /dev/zero`)
    const reader = talk[Symbol.asyncIterator]()
    let length = (await reader.next()).value?.length ?? 0
    // Another program over the same connection goes on meanwhile.
    for (let turn = 0; turn < 20; turn++) expect(await answer(session, whoami)).toBe('root')
    expect(held() - before).toBeLessThan(60)
    for (let one = await reader.next(); !one.done; one = await reader.next()) length += one.value.length
    expect(length).toBe(100_000_000)
  }, 60_000)

  it('leaves with the command what a host does not take', async () => {
    await using session = await reach()
    const [master = 0] = lab.masters()
    const held = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${master}/status`, 'utf8'))?.[1]) / 1000
    const before = held()
    const talk = await session.converse(sh`exec sleep 600`)
    for (let turn = 0; turn < 100; turn++) talk.write(Buffer.alloc(1_000_000))
    for (let turn = 0; turn < 20; turn++) expect(await answer(session, whoami)).toBe('root')
    expect(held() - before).toBeLessThan(60)
    talk.destroy()
  }, 60_000)

  it('leads to where the host leads', async () => {
    const pages = createServer((_, response) => response.end('the page'))
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
    const { port } = pages.address() as AddressInfo
    await using session = await reach()
    const to = { address: '127.0.0.1', port, tls: false }
    const stream = await session.dial(to, new AbortController().signal)
    stream.write('GET / HTTP/1.0\r\n\r\n')
    let said = ''
    for await (const chunk of stream) said += chunk
    expect(said).toContain('the page')
    await new Promise((resolve) => pages.close(resolve))
    await expect(session.dial(to, new AbortController().signal)).rejects.toThrow(/refused/i)
    stream.destroy()
  })

  it('is there after a command that was interrupted, whose program hears nothing more', async () => {
    const stop = new AbortController()
    const logins = await loginsFor(async () => {
      const connector = createConnector(options({ keeping: keeping() }))
      const session = await connector.connect(hostOf(lab, server), stop.signal)
      const asked = answer(session, sh`echo $$ >${lab.directory}/asked; sleep 600`, stop.signal)
      await until(() => readable(`${lab.directory}/asked`))
      stop.abort()
      expect(await failureOf(asked)).toMatchObject({ code: 'INTERRUPTED' })
      await session[Symbol.asyncDispose]()
      await using next = await reach()
      expect(await answer(next, whoami)).toBe('root')
    })
    expect(logins).toBe(0)
  })

  it('serves one command at a time: a second one has its own', async () => {
    const both = async () => {
      await using one = await reach()
      await using other = await reach()
      expect(await answer(one, whoami)).toBe('root')
      expect(await answer(other, whoami)).toBe('root')
    }
    expect(await loginsFor(both)).toBe(1)
    expect(
      await loginsFor(async () => {
        await using session = await reach()
        await answer(session, whoami)
      }),
    ).toBe(0)
  })

  it('becomes root by sudo, with a password that stays with the command', async () => {
    const become = { method: 'sudo', user: 'root', password: ops.password } as const
    const asRoot = async () => {
      await using session = await reach({ user: ops.name, become })
      expect(await answer(session, whoami)).toBe('root')
    }
    expect(await loginsFor(asRoot)).toBe(1)
    expect(await loginsFor(asRoot)).toBe(0)
    const failure = await failureOf(
      (async () => {
        await using session = await reach({ user: ops.name, become: { ...become, password: 'wrong' } })
        await answer(session, whoami)
      })(),
    )
    expect(failure).toMatchObject({
      code: 'BECOME_FAILED',
      message: `sudo refused the password for ${ops.name}`,
    })
  })

  it('is not looked for by a command that keeps none', async () => {
    expect(
      await loginsFor(async () => {
        await using session = await connect(hostOf(lab, server))
        await answer(session, whoami)
      }),
    ).toBe(1)
  })

  it('is over with the command that wants none kept', async () => {
    const once = (seconds: number) => async () => {
      await using session = await reach({}, seconds)
      await answer(session, whoami)
    }
    await once(60)()
    expect(await loginsFor(once(0))).toBe(1)
    expect(await loginsFor(once(60))).toBe(1)
  })

  it('ends by itself, and the process that kept it', async () => {
    const other = openKeptLab()
    try {
      const near = await other.noting()
      {
        await using session = await connect(hostOf(other, near), { keeping: keeping(1) })
        await answer(session, whoami)
      }
      expect(other.masters()).toHaveLength(1)
      await until(() => other.masters().length === 0)
    } finally {
      other[Symbol.dispose]()
    }
  }, 30_000)

  it('goes with the process that keeps it, and the next command makes another', async () => {
    const session = await reach()
    await answer(session, whoami)
    const [master = 0] = lab.masters()
    const asked = answer(session, sh`sleep 600`)
    process.kill(master, 'SIGKILL')
    expect(await failureOf(asked)).toMatchObject({ code: 'CONNECTION_LOST' })
    await session[Symbol.asyncDispose]()
    const once = async () => {
      await using next = await reach()
      expect(await answer(next, whoami)).toBe('root')
    }
    expect(await loginsFor(once)).toBe(1)
    expect(await loginsFor(once)).toBe(0)
    expect(lab.masters()).toHaveLength(1)
    expect(lab.masters()).not.toContain(master)
  })

  it('is made anew where its host does not answer any more', async () => {
    const once = async (work = async () => {}) => {
      await using session = await reach()
      const served = Number(await answer(session, serverOf))
      await work()
      return served
    }
    const served = await once()
    process.kill(served, 'SIGSTOP')
    try {
      expect(await loginsFor(once)).toBe(1)
      expect(await loginsFor(once)).toBe(0)
    } finally {
      process.kill(served, 'SIGKILL')
    }
  }, 30_000)

  it('is kept by one process, whoever begins at once', async () => {
    for (const pid of lab.masters()) process.kill(pid, 'SIGKILL')
    await until(() => lab.masters().length === 0)
    const script = `
      import('${new URL('../../../dist/transport/connector.js', import.meta.url)}').then(async ({ createConnector }) => {
        const connector = createConnector({ ...${JSON.stringify({ ...options(), keeping: keeping() })}, askSecret: () => Promise.reject() })
        const session = await connector.connect(${JSON.stringify(hostOf(lab, server))}, new AbortController().signal)
        await session[Symbol.asyncDispose]()
      })`
    const statuses = await Promise.all(
      [1, 2, 3, 4].map(
        () =>
          new Promise((resolve) =>
            spawn(process.execPath, ['-e', script], { stdio: 'inherit' }).once('exit', resolve),
          ),
      ),
    )
    expect(statuses).toEqual([0, 0, 0, 0])
    await until(() => lab.masters().length === 1)
  }, 60_000)
})

/** The server of the connection over which it is asked. */
const serverOf = sh`p=$$; until grep -q ^sshd /proc/$p/comm; do p=$(ps -o ppid= -p $p | tr -d ' '); done; echo $p`

function readable(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').endsWith('\n')
  } catch {
    return false
  }
}
