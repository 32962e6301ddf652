import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ensureImages } from '../../src/lab/images.ts'
import { listLabs, openLab, removeOrphans, stopLab } from '../../src/lab/index.ts'
import { MadeUpApt, releases, serve } from './made-up-mirror.ts'

const name = `orphan-${process.pid}`
const faceOfTheLab = resolve(import.meta.dirname, '../../dist/lab/index.js')
const program = `
import { parseTopology, startLab } from ${JSON.stringify(faceOfTheLab)}
const text = 'name: ${name}\\nnetwork: 10.89.0.0/24\\nmachines:\\n  one: { address: 10.89.0.11 }\\n'
const owner = process.env.OWNED ? 'this-process' : undefined
await startLab(parseTopology(text, 'lab.yaml'), { owner, onEvent: ({ stage }) => console.log(stage) })
console.log('up')
setInterval(() => {}, 1000)
`

let folder = ''
const roots = () => ({ one: join(folder, 'one'), two: join(folder, 'two') })
const children: ChildProcess[] = []
beforeAll(async () => {
  await ensureImages([{ image: 'bookworm', packages: [] }], () => {})
  folder = mkdtempSync(join(tmpdir(), 'understudy-orphans-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const root of Object.values(roots())) {
    vi.stubEnv('UNDERSTUDY_LAB_STATE', root)
    await stopLab(name)
  }
  vi.stubEnv('UNDERSTUDY_LAB_STATE', roots().one)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

interface Started {
  readonly child: ChildProcess
  /** Waits until it has said this word. */
  said(word: string): Promise<void>
  /** Kills it as nothing can be survived. */
  kill(): Promise<void>
}

/** Starts a lab of one machine from a process of its own. */
function start(environment: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let words = ''
  child.stdout.on('data', (part: Buffer) => {
    words += part.toString()
  })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  return {
    child,
    said: (word) => until(() => words.split('\n').includes(word)),
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 1200 && !holds(); round++) await new Promise((done) => setTimeout(done, 100))
  expect(holds()).toBe(true)
}

/** Everything of a place that this computer shows: processes, their mounts and roots, and files. */
function traces(place: string): readonly string[] {
  const pids = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && pid !== `${process.pid}`)
  const found = pids.flatMap((pid) => {
    const read = (file: string) => {
      try {
        return file === 'root'
          ? readlinkSync(`/proc/${pid}/root`)
          : readFileSync(`/proc/${pid}/${file}`, 'utf8')
      } catch {
        return ''
      }
    }
    const shown = ['cmdline', 'mounts', 'root'].filter((file) => read(file).includes(place))
    return shown.map((file) => `${pid} ${file}: ${read('cmdline').replaceAll('\0', ' ')}`)
  })
  return [...found, ...(existsSync(place) ? readdirSync(place, { recursive: true }).map(String) : [])]
}

const namespaces = () =>
  execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((line) => line.startsWith(`understudy-${name}`))

describe('what a killed program leaves behind', () => {
  it('is no builder of images, and half of one is removed', async () => {
    // A mirror that lets the build begin and never lets it end.
    const release = releases()
    await using mirror = await serve(({ url = '' }, answer) => {
      if (release[url]) answer.end(release[url])
      else if (!url.includes('forky')) answer.writeHead(404).end()
    })
    using _apt = new MadeUpApt({
      'sources.list': `deb http://127.0.0.1:${mirror.port}/debian stable main\n`,
    })
    const cache = join(folder, 'cache')
    const usual = process.env.XDG_CACHE_HOME
    process.env.XDG_CACHE_HOME = cache
    try {
      const { said, kill } = start({ UNDERSTUDY_LAB_STATE: roots().one, OWNED: 'yes' })
      await said('image')
      await until(() => mirror.asked.some((path) => path.includes('forky')))
      expect(traces(cache).length).toBeGreaterThan(3)
      await kill()
      // The builders go by themselves, whether or not there is a next run.
      await until(() => traces(cache).every((trace) => !/^\d/.test(trace)))
      expect(readdirSync(join(cache, 'understudy/lab'))[0]).toMatch(/\.unfinished$/)
      vi.stubEnv('UNDERSTUDY_LAB_STATE', roots().one)
      expect(await removeOrphans()).toEqual([name])
      expect(readdirSync(join(cache, 'understudy/lab'))).toEqual([])
      expect(readdirSync(roots().one)).toEqual([])
    } finally {
      if (usual === undefined) delete process.env.XDG_CACHE_HOME
      else process.env.XDG_CACHE_HOME = usual
    }
  })

  it.each(['boot', 'up'])('is taken down by the next, when it died at: %s', async (moment) => {
    const { said, kill } = start({ UNDERSTUDY_LAB_STATE: roots().one, OWNED: 'yes' })
    vi.stubEnv('UNDERSTUDY_LAB_STATE', roots().one)
    await said(moment)
    expect(await removeOrphans()).toEqual([])
    expect(namespaces()).toHaveLength(1)
    expect(traces(roots().one).length).toBeGreaterThan(3)
    await kill()
    expect(await removeOrphans()).toEqual([name])
    expect(namespaces()).toEqual([])
    expect(traces(roots().one)).toEqual([])
    expect(await listLabs()).toEqual([])
  })

  it('is never a lab that a user started, nor one of the same name in another place', async () => {
    const [owned, users] = [
      start({ UNDERSTUDY_LAB_STATE: roots().one, OWNED: 'yes' }),
      start({ UNDERSTUDY_LAB_STATE: roots().two }),
    ]
    await Promise.all([owned.said('up'), users.said('up')])
    expect(namespaces()).toHaveLength(2)
    await Promise.all([owned.kill(), users.kill()])
    vi.stubEnv('UNDERSTUDY_LAB_STATE', roots().two)
    expect(await removeOrphans()).toEqual([])
    vi.stubEnv('UNDERSTUDY_LAB_STATE', roots().one)
    expect(await removeOrphans()).toEqual([name])
    vi.stubEnv('UNDERSTUDY_LAB_STATE', roots().two)
    const lab = await openLab(name)
    expect(await lab.status()).toMatchObject([{ power: 'on', cable: 'plugged' }])
    expect((await lab.run('one', 'hostname')).stdout.trim()).toBe('one')
  })
})
