import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { programs } from '../needs.ts'

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8')
const script = read('scripts/packages.sh')
const [, list = ''] = /^ *set -- ((?:.*\\\n)*.*)$/m.exec(script) ?? []
const [, more = ''] = /; then set -- "\$@" (.*); fi$/m.exec(script) ?? []
const installed = `${list} ${more}`.split(/[\s\\]+/)

it('installs the package of every program that a test needs', () => {
  const basic = ['apt', 'dpkg', 'grep']
  expect(Object.values(programs).filter((name) => ![...installed, ...basic].includes(name))).toEqual([])
})

it('installs every package that the lab needs', () => {
  const source = read('src/lab/prerequisites.ts')
  const tables = source.slice(source.indexOf('const COMMANDS'), source.indexOf('/** All that'))
  const needed = [...tables.matchAll(/: '([a-z0-9-]+)',$/gm)].map(([, name]) => name ?? '')
  expect(needed.length).toBeGreaterThan(10)
  expect(needed.filter((name) => !installed.includes(name))).toEqual([])
})
