import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureImages } from '../../src/lab/images.ts'
import { needs } from '../needs.ts'
import { files, MadeUpApt, type MadeUpServer, releases, serve, serveProxy } from './made-up-mirror.ts'

needs('root', 'apt-get', 'mmdebstrap')

let cache = ''
const before = process.env.XDG_CACHE_HOME
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'understudy-images-'))
  process.env.XDG_CACHE_HOME = cache
})
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME
  else process.env.XDG_CACHE_HOME = before
  rmSync(cache, { recursive: true })
})

describe('a mirror that is gone while an image is built', () => {
  const ends: Readonly<Record<string, Parameters<typeof serve>[0]>> = {
    'has no such release': (_, answer) => answer.writeHead(404).end(),
    'breaks off': (_, answer) => answer.destroy(),
    'is not there any more': (_, answer) => answer.writeHead(503).end(),
  }
  it.each(Object.keys(ends))('%s: the failure names it, and nothing half built is left', async (end) => {
    const known = releases()
    await using mirror: MadeUpServer = await serve((asked, answer) => {
      const release = known[asked.url ?? '']
      if (release) answer.end(release)
      else ends[end]?.(asked, answer)
    })
    using _apt = new MadeUpApt({
      'sources.list': `deb http://127.0.0.1:${mirror.port}/debian stable main\n`,
    })
    await expect(ensureImages([{ image: 'bookworm', packages: [] }], () => {})).rejects.toMatchObject({
      message: expect.stringMatching(`http://127.0.0.1:${mirror.port}/debian[ /].*forky`),
      hint: expect.stringContaining('See that the mirror is up'),
    })
    expect(readdirSync(join(cache, 'understudy/lab'))).toEqual([])
  })

  it('is asked through the proxy that apt here uses', async () => {
    await using mirror = await serve(files(releases()))
    await using proxy = await serveProxy({ 'mirror.invalid:80': mirror.port })
    using apt = new MadeUpApt({ 'sources.list': 'deb http://mirror.invalid/debian stable main\n' })
    apt.set(`Acquire::http::Proxy "http://127.0.0.1:${proxy.port}";`)
    await expect(ensureImages([{ image: 'bookworm', packages: [] }], () => {})).rejects.toThrow(
      'http://mirror.invalid/debian forky',
    )
    // mmdebstrap's apt, which knows nothing of this computer's configuration.
    expect(proxy.asked).toContain('http://mirror.invalid/debian/dists/forky/InRelease')
  })
})
