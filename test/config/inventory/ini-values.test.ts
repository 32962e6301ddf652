import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyDraft } from '../../../src/config/inventory/draft.ts'
import { readIniInventory } from '../../../src/config/inventory/ini-inventory.ts'
import { pythonLiteral } from '../../../src/config/inventory/python-literal.ts'
import { secretSources } from '../../../src/config/secret-sources.ts'
import { plain } from '../../../src/model/sourced.ts'
import { loaded, valuesIn } from './written.ts'

/** As ansible-inventory reads them, but for numbers too great for us, and JSON's true in lists and mappings. */
const underVars: readonly (readonly [string, unknown])[] = [
  ['1', 1],
  ['-5', -5],
  ['+3', 3],
  ['1.10', 1.1],
  ['1e3', 1000],
  ['.5', 0.5],
  ['0x1f', 31],
  ['0o17', 15],
  ['1_000', 1000],
  ['0_1', '0_1'],
  ['1e400', '1e400'],
  ['010', '010'],
  ['10.0.0.1', '10.0.0.1'],
  ['12345678901234567890', '12345678901234567890'],
  ['True', true],
  ['False', false],
  ['None', null],
  ['true', 'true'],
  ['yes', 'yes'],
  ['', ''],
  ['plain words here', 'plain words here'],
  ['"quoted text"', 'quoted text'],
  ["'it''s'", 'its'],
  ['"a" "b"', 'ab'],
  ["u'x'", 'x'],
  ["'a\\nb'", 'a\nb'],
  ["r'a\\nb'", 'a\\nb'],
  ['a\\nb', 'a\\nb'],
  ['"unclosed', '"unclosed'],
  ['[1, 2.5, "a", [True]]', [1, 2.5, 'a', [true]]],
  ['[1, foo]', '[1, foo]'],
  ['[1, 2', '[1, 2'],
  ['(1, 2)', [1, 2]],
  ['(1)', 1],
  ['1,2', [1, 2]],
  ['{"a": [1, None], \'b\': {}}', { a: [1, null], b: {} }],
  ['{"a": true}', { a: true }],
  ['{a: 1}', '{a: 1}'],
  ['1 # c', 1],
  ['foo # c', 'foo # c'],
  ['a=b=c', 'a=b=c'],
]

describe('a value in an INI inventory', () => {
  it.each(underVars)('%s under [group:vars] is %j', async (text, value) => {
    const { inventory } = await loaded({ 'hosts.ini': `[web]\nrs1\n[web:vars]\nv = ${text}\n` })
    expect(valuesIn(inventory, 'rs1')).toEqual({ v: value })
  })

  it.each([
    ['v=1', 1],
    ['v="1"', 1],
    ['v=\'"1"\'', '1'],
    ['v="x y"', 'x y'],
    ['v=x\\ y', 'x y'],
    ['v="{\'k\': True}"', { k: true }],
    ['v=a" b "c', 'a b c'],
    ['v="a # b"', 'a # b'],
    ['v=', ''],
    ['v="$(reboot); \'x\'"', "$(reboot); 'x'"],
  ])('%s on a host line is %j', async (text, value) => {
    const { inventory } = await loaded({ 'hosts.ini': `rs1 ${text} last=1\n` })
    expect(valuesIn(inventory, 'rs1')).toEqual({ v: value, last: 1 })
  })

  it('ends at a #, which is told', async () => {
    const { inventory, warnings } = await loaded({ 'hosts.ini': 'rs1 v=a#b\n' })
    expect(valuesIn(inventory, 'rs1')).toEqual({ v: 'a' })
    expect(warnings).toEqual([
      'hosts.ini:1:8: everything from this # on is a comment: quote the value if it is part of it',
    ])
  })

  it('that is a JSON list or object is that', () => {
    const value = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
    fc.assert(
      fc.property(value, (json) => {
        const text = JSON.stringify(json, (_, part) =>
          Number.isInteger(part) && !Number.isSafeInteger(part) ? 0 : part,
        )
        const read = pythonLiteral({ text, originOf: () => ({ file: 'a', line: 1, col: 1 }) })
        expect(JSON.stringify(plain(read))).toBe(text)
      }),
    )
  })

  it('may be any text: the rest of the inventory is read, or the problem is told', async () => {
    const bits = fc.constantFrom(
      '[',
      ']',
      ':',
      '=',
      '"',
      "'",
      '\\',
      '#',
      '\n',
      ' ',
      '\t',
      'a',
      '1',
      '{',
      '}',
      ',',
      'vars',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(bits, { maxLength: 30 }), async (parts) => {
        const draft = emptyDraft(
          { file: 'hosts', line: 1, col: 1 },
          { warn: () => {}, secrets: secretSources() },
        )
        await readIniInventory(draft, `${parts.join('')}\n[last]\nsurely x=1\n`, 'hosts')
        expect(draft.hosts.get('surely')?.variables.map(({ name }) => name)).toContain('x')
        for (const failure of draft.problems) expect(failure.where.origin?.file).toBe('hosts')
      }),
      { numRuns: 1000 },
    )
  })
})
