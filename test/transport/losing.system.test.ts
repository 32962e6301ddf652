import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Frame } from '../../src/model/session.ts'
import { sh } from '../../src/shell/quote.ts'
import { createConnector } from '../../src/transport/index.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { openSshLab, type Sshd } from './sshd.ts'
import { answer, connect, failureOf, hostOf, options, program, whoami } from './talk.ts'

needs('root', 'sshd')

describe('a session that ends before its time', () => {
  const lab = openSshLab()
  let server: Sshd
  beforeAll(async () => {
    server = await lab.start()
  })
  afterAll(() => lab[Symbol.dispose]())

  const drain = async (frames: AsyncIterable<Frame>, onStep: () => void): Promise<void> => {
    for await (const frame of frames) if (frame.is === 'step-started') onStep()
  }
  const steps = (name: string) => {
    const [first, second] = [join(lab.directory, `${name}-1`), join(lab.directory, `${name}-2`)]
    return { first, second, program: program(whoami, [sh`sleep 1; echo >${first}`, sh`echo >${second}`]) }
  }
  const appears = async (path: string) => {
    while (!existsSync(path)) await sleep(50)
  }

  it('is CONNECTION_LOST when the connection is cut in the middle of a step', async () => {
    await using session = await connect(hostOf(lab, server))
    const serving = await answer(session, sh`ps -o ppid= -p $$`)
    const { program: long, first, second } = steps('cut')
    const failure = await failureOf(
      drain(session.run(long), () => execFileSync('kill', ['-9', sshdOf(serving)])),
    )
    expect(failure).toMatchObject({ code: 'CONNECTION_LOST', where: { host: 'web1' } })
    await appears(first)
    await sleep(300)
    expect(existsSync(second)).toBe(false)
    const after = await failureOf(answer(session, whoami))
    expect(after.code).toBe('CONNECTION_LOST')
  })

  it('lets the step under way finish and starts no further one when it is interrupted', async () => {
    await using session = await connect(hostOf(lab, server))
    const abort = new AbortController()
    const { program: long, first, second } = steps('abort')
    const failure = await failureOf(drain(session.run(long, abort.signal), () => abort.abort()))
    expect(failure.code).toBe('INTERRUPTED')
    await appears(first)
    await sleep(300)
    expect(existsSync(second)).toBe(false)
  })

  it('starts no further step when the reader turns away', async () => {
    await using session = await connect(hostOf(lab, server))
    const { program: long, first, second } = steps('break')
    for await (const frame of session.run(long)) if (frame.is === 'step-started') break
    await appears(first)
    await sleep(300)
    expect(existsSync(second)).toBe(false)
  })

  it('tells what the host said when the program cannot run to its end', async () => {
    await using session = await connect(hostOf(lab, server))
    const dying = program(sh`echo trouble >&2; kill -9 $$`)
    const failure = await failureOf(drain(session.run(dying), () => undefined))
    expect(failure.code).toBe('CONNECTION_LOST')
    expect(failure.message).toContain('signal SIGKILL')
    expect(failure.output).toContain('trouble')
  })

  it('gives up on a host that accepts connections and says nothing', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const failure = await failureOf(connect(hostOf(lab, server, { port }), { timeoutSeconds: 1 }))
    expect(failure.code).toBe('UNREACHABLE')
    expect(failure.message).toContain('no answer within 1 s while speaking ssh')
    silent.close()
  })

  it('says that a name does not resolve', async () => {
    const failure = await failureOf(connect(hostOf(lab, server, { address: 'no-such-host.invalid' })))
    expect(failure.code).toBe('UNREACHABLE')
    expect(failure.message).toContain('the name "no-such-host.invalid" does not resolve')
  })

  it('is INTERRUPTED at once while it connects', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const abort = new AbortController()
    const connecting = createConnector(options()).connect(hostOf(lab, server, { port }), abort.signal)
    const begun = Date.now()
    setTimeout(() => abort.abort(), 100)
    const failure = await failureOf(connecting)
    expect(failure.code).toBe('INTERRUPTED')
    expect(Date.now() - begun).toBeLessThan(10_000)
    silent.close()
  })

  it('is one of many that all connect at once', async () => {
    // More than are let in at a time.
    const many = thorough ? 50 : 24
    const connector = createConnector(options())
    const host = hostOf(lab, server)
    const names = await Promise.all(
      Array.from({ length: many }, async () => {
        await using session = await connector.connect(host, new AbortController().signal)
        return await answer(session, whoami)
      }),
    )
    expect(names).toEqual(Array.from({ length: many }, () => 'root'))
  })
})

/** The sshd process that serves this connection alone. */
function sshdOf(serving: string): string {
  const pid = serving.trim()
  if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sshd')) throw new Error(`${pid} is not sshd`)
  return pid
}
