import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mendRelease, stageRelease } from '../../src/resources/release-script.ts'
import { releaseFilesOf } from '../../src/sensors/release-files.ts'
import { needs } from '../needs.ts'
import { ask, namedShells } from '../sensors/ask.ts'

needs('dash', 'busybox')

const wanted = { name: 'shop', release: '1.4', sum: 'a'.repeat(64) }

describe.each(namedShells)('a version that was brought, under %s', (_, shell) => {
  let directory = ''
  const at = (path: string) => join(directory, path)
  const serves = (path: string) => at(`srv/shop/current/${path}`)
  /** The paths of a host, below a directory of this test. */
  const run = (script: string) =>
    execFileSync(shell[0], shell.slice(1), {
      input: `us_up_archive=${at('archive')}\n${script
        .replaceAll('/srv/', at('srv/'))
        .replaceAll('/var/lib/understudy', at('state'))}`,
    })
  const found = async () => {
    const { sensor, subject } = releaseFilesOf(at('srv/shop'), at('state/applications/shop'))
    const [first] = await ask([...shell], sensor, [subject])
    return first
  }
  const isAsItWas = () =>
    execFileSync('diff', ['-r', '--no-dereference', at('source'), serves('')]).toString()

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'release-'))
    mkdirSync(at('source/css/deep er'), { recursive: true })
    writeFileSync(at('source/index.html'), 'one')
    writeFileSync(at("source/css/deep er/it's.css"), 'two')
    symlinkSync('../index.html', at('source/css/home'))
    // A computer whose clock goes before that of the machine.
    const later = Date.now() / 1000 + 86_400
    utimesSync(at('source/index.html'), later, later)
    execFileSync('tar', ['-czf', at('archive'), '-C', at('source'), '.'])
    run(stageRelease(wanted))
    symlinkSync('releases/1.4', at('srv/shop/current'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it('is as it was', async () => {
    expect(await found()).toEqual({ isGone: false, otherwise: [] })
    expect(isAsItWas()).toBe('')
  })

  it.each<[string, () => void, readonly string[]]>([
    ['changed', () => writeFileSync(serves('index.html'), 'other'), ['index.html']],
    ['taken away', () => rmSync(serves("css/deep er/it's.css")), ['css/deep er']],
    ['added', () => writeFileSync(serves('css/.new\nline'), ''), ['css', 'css/.new', 'line']],
    [
      'of another kind',
      () => {
        rmSync(serves('css'), { recursive: true })
        writeFileSync(serves('css'), '')
        mkdirSync(serves('more/of/it'), { recursive: true })
      },
      ['', 'more'],
    ],
  ])('is brought again where something is %s', async (_what, damage, paths) => {
    // Times of files are as fine as the kernel's ticks.
    await new Promise((done) => setTimeout(done, 20))
    damage()
    const told = await found()
    expect(told?.isGone).toBe(false)
    for (const path of paths.filter((one) => !one.includes('line')))
      expect(told?.otherwise.map((one) => one.replace(/^\.$/, ''))).toContain(path)
    run(mendRelease(wanted))
    expect(isAsItWas()).toBe('')
    expect(await found()).toEqual({ isGone: false, otherwise: [] })
    expect(readFileSync(serves('css/home'), 'utf8')).toBe('one')
  })

  it('is known to be gone', async () => {
    rmSync(at('srv/shop/releases/1.4'), { recursive: true })
    expect(await found()).toEqual({ isGone: true, otherwise: [] })
    run(stageRelease(wanted))
    expect(isAsItWas()).toBe('')
    expect(await found()).toEqual({ isGone: false, otherwise: [] })
  })
})
