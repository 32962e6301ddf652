import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lintFindings } from '../../src/operations/lint.ts'

const root = resolve(import.meta.dirname, '../..')
const corpus = join(root, 'test/corpus')

/** What lint finds in an inventory with a playbook that does nothing. */
async function foundIn(directory: string, playbook = join(corpus, 'site.yaml')) {
  const { findings } = await lintFindings({ inventory: [directory], playbook, extraVars: [] })
  return findings
}

describe('a broken cluster of the corpus', () => {
  const names = readdirSync(corpus, { withFileTypes: true }).filter((one) => one.isDirectory())

  it.each(names.map(({ name }) => name))('trips its rule, and no error without one: %s', async (name) => {
    const directory = join(corpus, name)
    const [, rule = ''] =
      /^# trips: ([a-z0-9-]+)\n/.exec(readFileSync(join(directory, 'hosts.yaml'), 'utf8')) ?? []
    const findings = await foundIn(directory)
    expect(findings.map((one) => one.rule)).toContain(rule)
    const found = findings.find((one) => one.rule === rule)
    expect(found?.origin?.file.startsWith(directory)).toBe(true)
    expect(found?.message).toBeTruthy()
  })

  it('is one of many', () => {
    expect(names.length).toBeGreaterThan(60)
  })
})

describe('an inventory that comes along', () => {
  const known = readdirSync(join(root, 'inventories'))

  it.each(known)('gives no alarm but for what it says itself: %s', async (name) => {
    const findings = await foundIn(join(root, 'inventories', name))
    expect([...new Set(findings.map(({ rule }) => rule))]).toEqual(allowed[name] ?? [])
  })
})

/** What an architecture says itself: that its pages have one server, or that its owner has to make the keys. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'nfs-web': ['nfs-alone'],
  https: ['file-missing'],
  acme: ['file-missing'],
}
