import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mend } from '../../src/config/mending.ts'
import type { Fix } from '../../src/model/rule.ts'

const at = (text: string, word: string, fix: Fix, nth = 0) => {
  let offset = text.indexOf(word)
  for (let n = 0; n < nth; n += 1) offset = text.indexOf(word, offset + 1)
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, col: (before.at(-1) ?? '').length + 1, fix }
}
const once = (text: string, word: string, fix: Fix, nth = 0) => mend(text, [at(text, word, fix, nth)])

describe('mending a YAML text', () => {
  it('keeps every byte where nothing is to be mended', () => {
    const root = resolve(import.meta.dirname, '../..')
    const files = readdirSync(join(root, 'inventories'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => readFileSync(join(root, 'inventories', name), 'utf8'))
    expect(files.length).toBeGreaterThan(15)
    for (const text of files) {
      expect(mend(text, []).text).toBe(text)
      const [key = ''] = /^\w+(?=:)/m.exec(text) ?? []
      expect(once(text, key, { is: 'key', to: key }).text).toBe(text)
    }
  })

  it.each([
    ['a:\n  schedular: rr # fair\n  b: 1\n', 'schedular', 'a:\n  scheduler: rr # fair\n  b: 1\n'],
    ['a: { schedular: rr, b: 1 } # x\n', 'schedular', 'a: { scheduler: rr, b: 1 } # x\n'],
    ['"schedular" : rr\r\nb: 2\r\n', '"schedular"', '"scheduler" : rr\r\nb: 2\r\n'],
    ['- { x: 1 }\n- schedular: rr\n', 'schedular', '- { x: 1 }\n- scheduler: rr\n'],
  ])('writes another key into %j', (text, word, mended) => {
    expect(once(text, word, { is: 'key', to: 'scheduler' })).toMatchObject({ text: mended })
  })

  it.each([
    ['a: wr # x\n', 'a: wrr # x\n'],
    ["a: 'wr' # x\n", "a: 'wrr' # x\n"],
    ['a: [wr, b]\n', 'a: [wrr, b]\n'],
    ['a:\n  - wr\n  - b\n', 'a:\n  - wrr\n  - b\n'],
  ])('writes another value into %j', (text, mended) => {
    expect(once(text, /'wr'|wr/.exec(text)?.[0] ?? '', { is: 'value', to: 'wrr' }).text).toBe(mended)
  })

  it('takes the quotes off a truth', () => {
    expect(once('a: "true" # x\n', '"true"', { is: 'value', to: 'true' }).text).toBe('a: true # x\n')
  })

  it.each([
    [
      'l:\n  # one\n  - { port: 80 }\n  # two\n  - { port: 80 } # again\n  - { port: 81 }\nb: 1\n',
      'l:\n  # one\n  - { port: 80 }\n  # two\n  - { port: 81 }\nb: 1\n',
    ],
    ['l:\n  - port: 80\n    x: 1\n  - port: 80\n    x: 1\nb: 1\n', 'l:\n  - port: 80\n    x: 1\nb: 1\n'],
    ['l: [{ port: 80 }, { port: 80 }, { port: 81 }]\n', 'l: [{ port: 80 }, { port: 81 }]\n'],
    ['l: [{ port: 80 }, { port: 80 }]\n', 'l: [{ port: 80 }]\n'],
  ])('takes an item out of %j that is there twice', (text, mended) => {
    expect(once(text, '80', { is: 'no-item' }, 1).text).toBe(mended)
  })

  it('takes a key out that is there twice', () => {
    expect(once('a: 1\nb: 2 # x\na: 1\nc: 3\n', 'a', { is: 'no-key' }, 1).text).toBe('a: 1\nb: 2 # x\nc: 3\n')
    expect(once('x: { a: 1, b: 2, a: 1 }\n', 'a', { is: 'no-key' }, 1).text).toBe('x: { a: 1, b: 2 }\n')
  })

  it('leaves what it does not find, and the first of a list', () => {
    const text = 'l: [a, b]\n'
    expect(mend(text, [{ line: 7, col: 1, fix: { is: 'key', to: 'x' } }])).toEqual({
      text,
      made: [undefined],
    })
    expect(once(text, 'a', { is: 'no-item' }).text).toBe(text)
  })

  it('takes comments out, with their lines where they stand alone', () => {
    const text = 'a: 1 # gone\n  # gone, too\nb: 2\r\n'
    const fix = { is: 'comment' } as const
    const fixes = [at(text, '# gone', fix), at(text, '# gone, too', fix)]
    expect(mend(text, fixes)).toEqual({ text: 'a: 1\nb: 2\r\n', made: ['removed', 'removed'] })
  })
})
