import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { needs } from '../needs.ts'

needs('shellcheck')

it('has nothing against our scripts', () => {
  const root = resolve(import.meta.dirname, '../..')
  const scripts = ['scripts', 'bench', 'bench/speed'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.sh'))
      .map((name) => join(root, folder, name)),
  )
  const check = () => execFileSync('shellcheck', [...scripts, join(root, '.ci/run')], { encoding: 'utf8' })
  expect(check()).toBe('')
})
