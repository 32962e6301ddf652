import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { check } from '../resources/shellcheck.ts'
import { freePort } from '../transport/sshd.ts'
import { healthy, machines } from './inventory.ts'
import { balancerNginxConf, render } from './rendered.ts'

needs('root', 'nginx', 'ss', 'shellcheck')

const run = promisify(execFile)

describe('an nginx whose reload cuts what clients ask over connections that they keep', () => {
  let folder = ''
  let mark = ''
  let script = ''
  let port = 0
  let realserver: Server
  let nginx: ChildProcess
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-kept-'))
    chmodSync(folder, 0o755)
    mark = join(folder, 'ending')
    realserver = createServer((question, answer) => {
      let size = 0
      question.on('data', (part: Buffer) => {
        size += part.length
      })
      question.on('end', () => answer.end(`${question.method} ${question.url} ${size}`))
    })
    await new Promise<void>((done) => realserver.listen(0, '127.0.0.1', done))
    port = await freePort()
    const pool = { port: (realserver.address() as AddressInfo).port }
    const routes = [
      { path: '/api', pool: 'api' },
      { path: '/api', header: { name: 'X-Part' }, pool: 'part' },
    ]
    const text = balancerNginxConf(
      machines({
        ...{ ...healthy, balancer: 'nginx', backend: 'none', pools: { usual: pool, api: pool, part: pool } },
        services: [{ port, pool: 'usual', routes }],
      }),
    )
    const path = join(folder, 'nginx.conf')
    writeFileSync(
      path,
      text
        .replaceAll(/10\.77\.0\.2[12]/g, '127.0.0.1')
        .replace('/run/nginx.pid', `${folder}/pid`)
        .replaceAll('/run/nginx.ending', mark)
        .replaceAll('/var/log/nginx', folder),
    )
    script = join(folder, 'reload')
    const variables = {
      ends_kept: { mark, ports: `sport = :${port}` },
      programs: { nginx: `nginx -c ${path}` },
    }
    writeFileSync(script, render('reload-nginx.hbs', variables))
    nginx = spawn('nginx', ['-c', path, '-g', 'daemon off;'])
    for (let tries = 0; tries < 100 && !existsSync(`${folder}/pid`); tries += 1) await sleep(50)
  })
  afterAll(async () => {
    nginx?.kill('SIGTERM')
    await sleep(500)
    realserver?.close()
    rmSync(folder, { recursive: true })
  })

  /** What is answered, and whether that ends the connection it came over. */
  function asked(agent: Agent, path = '/', body = '', headers = {}): Promise<string> {
    return new Promise((done, failed) => {
      const method = body === '' ? 'GET' : 'POST'
      request({ port, host: '127.0.0.1', path, method, agent, headers }, (answer) => {
        let text = ''
        answer.on('data', (part) => {
          text += part
        })
        answer.on('error', failed)
        answer.on('end', () => done(`${answer.statusCode} ${text}, ${answer.headers.connection}`))
      })
        .on('error', failed)
        .end(body)
    })
  }

  it('ends them by an answer while it is about to be reloaded, whatever is asked for', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const all = async () => [
      await asked(agent),
      await asked(agent, '/a%2Fb//c?d=%20', 'x'.repeat(20_000)),
      await asked(agent, '/api/1', 'body'),
      await asked(agent, '/api/2', '', { 'X-Part': 'a' }),
    ]
    const answers = ['200 GET / 0', '200 POST /a%2Fb//c?d=%20 20000', '200 POST /api/1 4', '200 GET /api/2 0']
    expect(await all()).toEqual(answers.map((one) => `${one}, keep-alive`))
    writeFileSync(mark, '')
    expect(await all()).toEqual(answers.map((one) => `${one}, close`))
    rmSync(mark)
    expect(await asked(agent)).toBe('200 GET / 0, keep-alive')
    agent.destroy()
  })

  it('loses none of them', { timeout: 120_000 }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 40 })
    const answers: string[] = []
    const waiting = new Set<Promise<void>>()
    const asking = setInterval(() => {
      const one: Promise<void> = asked(agent)
        .catch(String)
        .then((answer) => void answers.push(answer.slice(0, 3)))
        .finally(() => waiting.delete(one))
      waiting.add(one)
    }, 5)
    try {
      const workers = () => readFileSync(`/proc/${nginx.pid}/task/${nginx.pid}/children`, 'utf8').trim()
      for (let times = 0; times < 3; times += 1) {
        await sleep(500)
        const before = workers()
        await run('sh', [script])
        expect(existsSync(mark)).toBe(false)
        expect(workers()).not.toBe(before)
      }
    } finally {
      clearInterval(asking)
    }
    await Promise.all(waiting)
    agent.destroy()
    expect(answers.length).toBeGreaterThan(200)
    expect(answers.filter((answer) => answer !== '200')).toEqual([])
  })

  it('is reloaded at once where nobody is connected, by a program that shellcheck has nothing to say of', async () => {
    expect(check(readFileSync(script, 'utf8'))).toBe('')
    const since = Date.now()
    await run('sh', [script])
    expect(Date.now() - since).toBeLessThan(4000)
  })
})
