import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { isMade, made } from './made.ts'
import { apply, ofModule, plan } from './run.ts'
import { openWorld } from './world.ts'

needs('worlds', 'gem', 'composer')

const dash = { name: 'dash', command: ['dash', '-s'] } as const

describe('packages of languages', () => {
  it('are gems', async () => {
    using world = openWorld(dash)
    const at = (name: string) => join(world.directory, name)
    const built = (version: string) => {
      writeFileSync(
        at('us-x.gemspec'),
        `Gem::Specification.new { |s| s.name='us-x'; s.version='${version}'; s.summary='x'; s.authors=['x']; s.files=[] }`,
      )
      execFileSync('gem', ['build', '-q', 'us-x.gemspec'], { cwd: world.directory, stdio: 'ignore' })
      return at(`us-x-${version}.gem`)
    }
    const gem = { name: 'us-x', user_install: false, install_dir: at('gems'), bindir: at('bin') }
    await made(world, 'gem', { ...gem, gem_source: built('1.0') })
    await isMade(world, 'gem', gem)
    await isMade(world, 'gem', { ...gem, version: '1.0' })
    await made(world, 'gem', { ...gem, gem_source: built('1.1'), state: 'absent' })
    await made(world, 'gem', { ...gem, gem_source: at('us-x-1.1.gem') })
    await made(world, 'gem', { ...gem, version: '1.1', state: 'absent' })
    await isMade(world, 'gem', { ...gem, state: 'absent' })
  })

  it('are what composer brings', async () => {
    using world = openWorld(dash)
    const at = (name: string) => join(world.directory, name)
    mkdirSync(at('lib'))
    mkdirSync(at('my app'))
    writeFileSync(at('lib/composer.json'), JSON.stringify({ name: 'us/lib', version: '1.0.0' }))
    const project = {
      repositories: [{ type: 'path', url: at('lib') }, { 'packagist.org': false }],
      require: { 'us/lib': '1.0.0' },
    }
    writeFileSync(at('my app/composer.json'), JSON.stringify(project))
    const told = await made(world, 'composer', { working_dir: at('my app') })
    expect(told.change?.differences).toMatchObject([{ after: expect.stringContaining('Installing us/lib') }])
    await isMade(world, 'composer', { working_dir: at('my app'), no_dev: false })
    const dump = await apply(
      world,
      ofModule('composer', { working_dir: at('my app'), command: 'dump-autoload' }),
    )
    expect(dump, dump.stderr).toMatchObject({ status: 0 })
    const odd = await plan(world, ofModule('composer', { working_dir: at('my app'), command: 'no-such' }))
    expect(odd?.summary).toBe('cannot: composer knows no command no-such')
  })
})
