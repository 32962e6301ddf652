import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { Packaged, packaged, packagedFile } from '../../src/config/packaged.ts'
import { parseYaml } from '../../src/config/yaml.ts'

/** A folder in which these files come along, and the build has read them. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'understudy-test-'))
  const read = Object.entries(files).map(
    ([name, text]) => [name, { text, content: parseYaml(text, name) }] as const,
  )
  mkdirSync(join(root, dirname(packagedFile)), { recursive: true })
  writeFileSync(join(root, packagedFile), packaged(new Map(read)))
  return root
}

it('gives what reading the files that come along gives, with every place', () => {
  const names = readdirSync('playbooks', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `playbooks/${name}`)
  expect(names.length).toBeGreaterThan(30)
  const texts = Object.fromEntries(names.map((name) => [name, readFileSync(name, 'utf8')]))
  const root = rootWith(texts)
  const known = new Packaged(root)
  for (const [name, text] of Object.entries(texts)) {
    const path = join(root, name)
    expect(known.contentOf(path, text), name).toEqual(parseYaml(text, path))
  }
})

it('knows every kind of value', () => {
  const text =
    'a: [1, -2, yes, true, ~, "", "ä: {{ b }}", {}, [], [[x]]]\nb: &b {c: d}\nf: *b\ng: |\n  two\n  lines\n'
  const root = rootWith({ 'playbooks/one.yaml': text })
  const path = join(root, 'playbooks/one.yaml')
  expect(new Packaged(root).contentOf(path, text)).toEqual(parseYaml(text, path))
})

it('knows nothing of a file that was changed, that stands elsewhere, or that the build has not read', () => {
  const root = rootWith({ 'playbooks/one.yaml': 'a: 1\n' })
  const known = new Packaged(root)
  expect(known.contentOf(join(root, 'playbooks/one.yaml'), 'a: 2\n')).toBeUndefined()
  expect(known.contentOf(join(root, 'other/one.yaml'), 'a: 1\n')).toBeUndefined()
  expect(known.contentOf('/playbooks/one.yaml', 'a: 1\n')).toBeUndefined()
  expect(new Packaged(tmpdir()).contentOf(join(tmpdir(), 'playbooks/one.yaml'), 'a: 1\n')).toBeUndefined()
})

it('tells what need not be looked through again: what it gave, and nothing that was changed', () => {
  const root = rootWith({ 'playbooks/one.yaml': 'a: 1\n', 'playbooks/two.yaml': 'b: 1\n' })
  const known = new Packaged(root)
  const [one, two] = [join(root, 'playbooks/one.yaml'), join(root, 'playbooks/two.yaml')]
  expect(known.isAsBuilt(one)).toBe(false)
  known.contentOf(one, 'a: 1\n')
  known.contentOf(two, 'b: 2\n')
  expect([known.isAsBuilt(one), known.isAsBuilt(two)]).toEqual([true, false])
})

it.each([
  ['a number as a key', '1: a\n', '1:1: a key that is a number cannot be kept'],
  ['a tag', 'a: !unsafe b\n', '1:12: a value with literal cannot be kept'],
  ['a number with a point', 'a: 1.0\n', '1:4: a value with float cannot be kept'],
])('keeps no file with %s', (_, text, told) => {
  const content = parseYaml(text, 'one.yaml')
  expect(() => packaged(new Map([['one.yaml', { text, content }]]))).toThrow(told)
})
