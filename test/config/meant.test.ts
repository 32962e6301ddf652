import { describe, expect, it } from 'vitest'
import { commentsIn, commentsInIni } from '../../src/config/meant.ts'
import { heeding } from '../../src/model/meant.ts'

const short = (text: string, read = commentsIn) =>
  read(text, 'a.yaml').map(({ origin, line, rules, reason }) => [
    `${origin.line}:${origin.col}`,
    line,
    rules.join(' '),
    reason,
  ])

describe('a comment that something is meant', () => {
  it('is about its own line, or about the next one that is no comment', () => {
    expect(short('a: 1 # understudy: ignore yaml-octal it is\nb: 2\n')).toEqual([
      ['1:6', 1, 'yaml-octal', 'it is'],
    ])
    expect(short('x:\n  # understudy: ignore yaml-octal it is\n\n  # more\n  a: 1\n')).toEqual([
      ['2:3', 5, 'yaml-octal', 'it is'],
    ])
  })

  it('may be one of very many, each of which is met once', () => {
    const count = 100_000
    const found = commentsInIni(`${'# understudy: ignore vip-twice it is\n'.repeat(count)}a=1\n`, 'hosts')
    expect(found).toHaveLength(count)
    expect(new Set(found.map(({ line }) => line))).toEqual(new Set([count + 1]))
    const warnings = found.map((_, index) => ({
      ...{ rule: 'vip-twice', message: `${index}` },
      origin: { file: 'hosts', line: index + 2, col: 1 },
    }))
    expect(heeding(warnings, found).silenced.map(({ warning }) => warning.message)).toEqual([`${count - 1}`])
  })

  it('may name several rules, be written in any case, and end a line of DOS', () => {
    expect(short('a: 1 #Understudy: Ignore yaml-octal, vip-twice  both are\r\nb: 2\r\n')).toEqual([
      ['1:6', 1, 'yaml-octal vip-twice', 'both are'],
    ])
  })

  it('may lack a rule or a reason, which is told elsewhere', () => {
    expect(short('a: 1 # understudy: ignore\n')).toEqual([['1:6', 1, '', '']])
    expect(short('a: 1 # understudy: ignore yaml-octal\n')).toEqual([['1:6', 1, 'yaml-octal', '']])
  })

  it.each([
    'a: "# understudy: ignore yaml-octal x"\n',
    "a: 'x # understudy: ignore yaml-octal x'\n",
    'a: |\n  # understudy: ignore yaml-octal x\nb: 1\n',
    'a: >-\n  text\n  # understudy: ignore yaml-octal x\n',
    'a: x#understudy: ignore yaml-octal x\n',
  ])('is none where it is part of a text: %j', (text) => {
    expect(short(text)).toEqual([])
  })

  it('stands behind what the lexer of YAML counts in other ways', () => {
    const text =
      '%YAML 1.2\n---\n"ü": [a, {b: c}] # x\n? k\n: v # understudy: ignore yaml-octal x\nd: |\n  text\n'
    expect(short(text)).toEqual([['5:5', 5, 'yaml-octal', 'x']])
  })

  it('is one in an INI inventory, too', () => {
    expect(short('[web]\n; understudy\n# understudy: ignore vip-twice x\na b=1\n', commentsInIni)).toEqual([
      ['3:1', 4, 'vip-twice', 'x'],
    ])
  })
})
