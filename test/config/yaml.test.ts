import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { originAt, plain } from '../../src/model/sourced.ts'

const read = (text: string) => parseYaml(text, 'a.yaml')

describe('the YAML reader', () => {
  it('keeps the place of every key and value', () => {
    const sourced = read('web:\n  port: 80\n  names: [a, "b"]\n')
    expect(originAt(sourced, ['web', 'port'], 'key')).toEqual({ file: 'a.yaml', line: 2, col: 3 })
    expect(originAt(sourced, ['web', 'port'])).toEqual({ file: 'a.yaml', line: 2, col: 9 })
    expect(originAt(sourced, ['web', 'names', 1])).toEqual({ file: 'a.yaml', line: 3, col: 14 })
    expect(originAt(sourced, ['web', 'absent', 'deeper'])).toEqual({ file: 'a.yaml', line: 2, col: 3 })
  })

  it.each([
    ['a: &x {b: 1}\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    ['a: &x {b: 1, c: 1}\nd: {<<: *x, c: 2}\n', { a: { b: 1, c: 1 }, d: { c: 2, b: 1 } }],
    ['a: 0o755\n', { a: '0o755' }],
    ['a: 0644\nb: yes\nc: null\nd:\n', { a: 644, b: true, c: null, d: null }],
    ['{\n\t"a": [1, true]\n}', { a: [1, true] }],
    ['__proto__: {polluted: true}\n', JSON.parse('{"__proto__": {"polluted": true}}')],
    ['', null],
    // As Ansible's parser takes them, however far their lines are indented.
    ['a: "{{\nx\n}}"\nb: "{{\n  y }}"\nc: 1\n', { a: '{{ x }}', b: '{{ y }}', c: 1 }],
    ["a:\n  b: 'it''s\nlong'\n", { a: { b: "it's long" } }],
    ['a: [\n"x", # ]\n{ b: "]\n" }\n]\nc: 1\n', { a: ['x', { b: '] ' }], c: 1 }],
  ])('reads %j', (text, value) => {
    expect(JSON.stringify(plain(read(text)))).toBe(JSON.stringify(value))
    expect({}).not.toHaveProperty('polluted')
  })

  it('shows aliases the place where their value was written', () => {
    expect(originAt(read('a: &x {b: 1}\nc: *x\n'), ['c', 'b'])).toEqual({ file: 'a.yaml', line: 1, col: 11 })
  })

  it.each([
    ['a:\n\tb: 1\n', 'a.yaml:2:1: a tab is used for indentation'],
    ['a: {{ b }}\n', 'a.yaml:1:5: a value that starts with {{ must be quoted'],
    ['a: {{ b }}/c\n', 'must be quoted'],
    ['a: "b\n', 'a.yaml:1:4'],
    ['a: 1\na: 2\n', 'a.yaml:2:1: the key "a" is given twice'],
    ['a: b: c\n', 'a mapping cannot start inside this value'],
    ['a:b\nc: 1\n', 'a.yaml:1:1: what stands right behind a colon is no value'],
    ['x:\n  - a:b\n    c: 1\n', 'a.yaml:2:5: what stands right behind a colon is no value'],
    ['x:\n  -{ a: 1, b: 2 }\n', 'what stands right behind a dash is no item of a list'],
    ['x:\n\t- a: 1\n', 'a tab is used for indentation'],
    ['a: *nope\n', 'the alias *nope has no anchor'],
    ['a: &x [*x]\n', 'the alias *x stands inside its own anchor'],
    [
      'a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n',
      'a.yaml:1:11: this is no text of ansible-vault, or one of another version',
    ],
    [
      '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
      'a.yaml:1:1: this is no text of ansible-vault, or one of another version',
    ],
    ['a: 1\n---\nb: 1\n', 'a second document starts here'],
    ['a: !!python/object:os.system x\n', 'a.yaml:1:4'],
  ])('refuses %j with its place', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })

  it('does not show a password in the line it quotes', () => {
    const said = () => read('db_password: "hush\n')
    expect(said).toThrow('a.yaml:1:14')
    expect(said).not.toThrow('hush')
  })

  it('stops at aliases that grow without end', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const above = level === 0 ? '1' : `*l${level - 1}`
      return `l${level}: &l${level} [${Array.from({ length: 9 }, () => above).join(', ')}]`
    })
    expect(() => read(levels.join('\n'))).toThrow('aliases make this file more than 100000 values long')
  })

  it("knows Ansible's words for true and false, unless they are quoted", () => {
    const { entries } = read("a: yes\nb: Off\nc: 'no'\nd: [On, NO, yEs, !!str on]\non: y") as {
      entries: ReadonlyMap<string, { value: unknown }>
    }
    const plain = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && 'items' in value
        ? (value as { items: readonly unknown[] }).items.map(plain)
        : (value as { scalar: unknown }).scalar
    expect([...entries].map(([name, { value }]) => [name, plain(value)])).toEqual([
      ['a', true],
      ['b', false],
      ['c', 'no'],
      ['d', [true, false, 'yEs', 'on']],
      ['on', 'y'],
    ])
  })

  it.each([
    ['a: yes', ''],
    ['port: 0644', '1:7 0644 is the decimal number 644 here'],
    ['file_mode: 0644', ''],
    ['a: "yes"', ''],
    ['a: true', ''],
  ])('warns of what YAML 1.1 reads differently in %s', (text, warning) => {
    const warnings: string[] = []
    parseYaml(text, 'a.yaml', {
      warn: (_rule, message, { line, col }) => warnings.push(`${line}:${col} ${message}`),
    })
    expect(warnings.map((each) => each.slice(0, warning.length))).toEqual(warning ? [warning] : [])
  })
})
