import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { attempt } from '../../src/lab/command.ts'
import type { Mirrors } from '../../src/lab/mirror.ts'
import { servePackages } from '../../src/lab/packages.ts'
import { type LabPaths, pathsOf } from '../../src/lab/paths.ts'
import { findProcesses, killAll } from '../../src/lab/processes.ts'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { certificateFor, files, MadeUpApt, relay, serve, serveProxy } from './made-up-mirror.ts'

needs('apt-get', 'nginx', 'openssl')

// The real nginx, asked as the machines' apt asks it, before mirrors that break in every way.
let folder = ''
let store = ''
let paths: LabPaths
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-packages-'))
  store = join(folder, 'store')
  vi.stubEnv('UNDERSTUDY_LAB_STATE', folder)
  paths = pathsOf('made-up')
  mkdirSync(paths.root)
})
afterEach(async () => {
  await killAll(async () =>
    (await findProcesses((argv) => argv.some((word) => word.includes(paths.root)))).map(({ pid }) => pid),
  )
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const at = (port: number) => `http://127.0.0.1:${port}`
const direct = { debian: undefined, security: undefined }

async function start(mirror: string, proxy?: string): Promise<void> {
  const mirrors: Mirrors = {
    debian: `${mirror}/debian`,
    security: `${mirror}/debian-security`,
    proxies: proxy ? { debian: proxy, security: proxy } : direct,
  }
  await servePackages(paths, mirrors, store, join(store, 'unfinished/made-up'))
}

interface Got {
  readonly status: number
  readonly phrase: string
  readonly body: string
  /** The connection ended before the body did. */
  readonly broken: boolean
  readonly seconds: number
}

/** Asks as a client of a proxy does: with the whole address. */
function get(path: string, socketPath = paths.packageSocket): Promise<Got> {
  const began = Date.now()
  return new Promise((done, failed) =>
    request(
      { socketPath, path: `http://debian.invalid${path}`, headers: { host: 'debian.invalid' } },
      (reply) => {
        let body = ''
        reply.on('data', (part: Buffer) => {
          body += part.toString()
        })
        reply.on('error', () => {})
        reply.on('close', () =>
          done({
            status: reply.statusCode ?? 0,
            phrase: reply.statusMessage ?? '',
            body,
            broken: !reply.complete,
            seconds: (Date.now() - began) / 1000,
          }),
        )
      },
    )
      .on('error', failed)
      .end(),
  )
}

/** The files that later labs would be given. */
function kept(): readonly string[] {
  return readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/unfinished'))
    .map((entry) => join(entry.parentPath, entry.name).slice(store.length))
}

async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 100 && !holds(); round++) await pause(100)
  expect(holds()).toBe(true)
}

const deb = '/debian/pool/main/t/tiny/tiny_1.0~b+c_all.deb'
const whole = 'x'.repeat(300_000)

describe('the package proxy', () => {
  it('keeps what never changes, and gives it also when the mirror is gone', async () => {
    const mirror = await serve(files({ [deb]: whole, '/debian/dists/stable/InRelease': 'Label: Debian' }))
    await start(at(mirror.port))
    expect((await get('/debian/dists/stable/InRelease')).body).toBe('Label: Debian')
    expect((await get(deb)).body).toBe(whole)
    await until(() => kept().length > 0)
    expect(kept()).toEqual([deb])
    await mirror[Symbol.asyncDispose]()
    expect(await get(deb)).toMatchObject({ status: 200, body: whole })
    const gone = await get('/debian/dists/stable/InRelease')
    expect(gone).toMatchObject({
      status: 503,
      phrase: expect.stringContaining(`cannot reach its Debian mirror ${at(mirror.port)}/debian`),
    })
    expect(gone.seconds).toBeLessThan(10)
    expect((await get('/debian-security/pool/a.deb')).phrase).toContain(`${at(mirror.port)}/debian-security`)
  })

  it('starts where nobody knows the name of the mirror, and says so to whoever asks', async () => {
    await start('http://nowhere.invalid')
    mkdirSync(join(store, 'debian/pool'), { recursive: true })
    expect(await get(deb)).toMatchObject({
      status: 503,
      phrase: expect.stringContaining('http://nowhere.invalid/debian'),
    })
  })

  it('never keeps half of a file that the mirror broke off', async () => {
    let answers = 0
    await using mirror = await serve((_, answer) => {
      answers++
      answer.writeHead(200, { 'content-length': whole.length })
      if (answers > 1) return void answer.end(whole)
      answer.write(whole.slice(0, 100_000), () => answer.destroy())
    })
    await start(at(mirror.port))
    const half = await get(deb)
    expect(half.broken).toBe(true)
    await pause(500)
    expect(kept()).toEqual([])
    expect(await get(deb)).toMatchObject({ status: 200, body: whole, broken: false })
    await until(() => kept().length > 0)
    expect(readFileSync(join(store, deb), 'utf8')).toBe(whole)
  })

  const unfit: Readonly<Record<string, (answer: ServerResponse) => void>> = {
    'a file that is broken off between its chunks': (answer) =>
      answer.write(whole.slice(0, 100_000), () => answer.destroy()),
    'a file of which no length is told': (answer) => {
      answer.useChunkedEncodingByDefault = false
      answer.write(whole.slice(0, 100_000), () => answer.end())
    },
    'a page for people in place of a file': (answer) =>
      answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': 5 }).end('hello'),
    'an error': (answer) => answer.writeHead(404, { 'content-length': 4 }).end('gone'),
  }
  it.each(Object.keys(unfit))('never keeps %s', async (kind) => {
    await using mirror = await serve((_, answer) => unfit[kind]?.(answer))
    await start(at(mirror.port))
    expect((await get(deb)).body.length).toBeLessThan(whole.length)
    await pause(500)
    expect(kept()).toEqual([])
  })

  if (thorough)
    it('lets nobody wait for a mirror that stalls, before its answer or within it', async () => {
      await using mirror = await serve(({ url }, answer) => {
        if (url === deb)
          answer.writeHead(200, { 'content-length': whole.length }).write(whole.slice(0, 100_000))
      })
      await start(at(mirror.port))
      const [silent, within] = await Promise.all([get('/debian/dists/stable/InRelease'), get(deb)])
      expect(silent).toMatchObject({ status: 503, phrase: expect.stringContaining(at(mirror.port)) })
      expect(within.broken).toBe(true)
      expect(Math.max(silent.seconds, within.seconds)).toBeLessThan(29)
      expect(kept()).toEqual([])
    })

  it.each([
    ['http://mirror.invalid', 'http://mirror.invalid/deep/debian/pool/a~b+c.deb'],
    ['http://mirror.invalid:81', 'http://mirror.invalid:81/deep/debian/pool/a~b+c.deb'],
    ['https://mirror.invalid', 'CONNECT mirror.invalid:443'],
  ])('asks %s through a proxy with an account', async (mirror, asked) => {
    const contents = files({ '/deep/debian/pool/a~b+c.deb': 'good', '/deep/debian/dists/InRelease': 'fresh' })
    await using plain = await serve(contents)
    await using secure = await serve(contents, certificateFor('mirror.invalid', folder))
    await using proxy = await serveProxy(
      {
        'mirror.invalid:80': plain.port,
        'mirror.invalid:81': plain.port,
        'mirror.invalid:443': secure.port,
      },
      'some one:pass:word',
    )
    await start(`${mirror}/deep`, `http://some%20one:pass%3Aword@127.0.0.1:${proxy.port}/`)
    expect(await get('/debian/pool/a~b+c.deb')).toMatchObject({ status: 200, body: 'good' })
    expect(await get('/debian/dists/InRelease')).toMatchObject({ status: 200, body: 'fresh' })
    expect(proxy.asked[0]).toBe(asked)
    await until(() => kept().length > 0)
    expect(kept()).toEqual(['/debian/pool/a~b+c.deb'])
    // Passwords are in files that nobody else can read, and in no list of processes.
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('pass:word')
    expect(
      execFileSync('find', [paths.root, '-perm', '/077', '-type', 'f'], { encoding: 'utf8' }),
    ).not.toMatch(/nginx\.conf|account/)
    await proxy[Symbol.asyncDispose]()
    const gone = await get('/debian/dists/InRelease')
    expect(gone).toMatchObject({ status: 503, phrase: expect.stringContaining(`${mirror}/deep/debian`) })
  })

  it.each(['socks5h://127.0.0.1:1080', 'https://127.0.0.1:3129', 'nonsense'])(
    'says that it cannot use the proxy %s',
    async (proxy) => {
      await expect(start('http://mirror.invalid', proxy)).rejects.toThrow('http:// proxies only')
    },
  )

  it("says in the words of the machine's apt what is wrong", async () => {
    const mirror = await serve(files({}))
    await mirror[Symbol.asyncDispose]()
    await start(at(mirror.port))
    await using gateway = await relay(paths.packageSocket)
    using _apt = new MadeUpApt(
      { 'sources.list': 'deb [trusted=yes] http://debian.invalid/debian stable main\n' },
      `Acquire::http::Proxy "${at(gateway.port)}"; Acquire::Retries "0";`,
    )
    const { stdout, stderr } = await attempt(['apt-get', 'update'])
    expect(`${stdout}${stderr}`).toContain(`cannot reach its Debian mirror ${at(mirror.port)}/debian`)
  })
})
