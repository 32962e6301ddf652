import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/model/change.ts'
import { sha256 } from '../../src/sensors/sha256.ts'
import { make } from './run.ts'

type Edited = 'line' | 'block' | 'hosts_entry'

/** What a resource makes of a text, without any host: edits are pure. */
function edited(kind: Edited, parameters: Readonly<Record<string, unknown>>, text: string | undefined) {
  const bytes = new TextEncoder().encode(text)
  const path = kind === 'hosts_entry' ? '/etc/hosts' : '/f'
  const found = {
    at: text === undefined ? { type: 'absent' } : { type: 'file', uid: 0, gid: 0, mode: '0644' },
    content:
      text === undefined
        ? { is: 'absent' }
        : { is: 'read', bytes, size: bytes.length, sha256: sha256(bytes) },
  }
  const resource = make(kind, { ...(kind === 'hosts_entry' ? {} : { path }), ...parameters })
  return textAfter(resource.converge(found, { touches: () => false }), text)
}

function textAfter(change: Change | undefined, text: string | undefined): string | undefined {
  if (!change) return text
  const [difference] = change.differences
  return difference?.is === 'text' ? difference.after : change.summary
}

describe('line', () => {
  it.each([
    ['is added at the end', { line: 'b' }, 'a\n', 'a\nb\n'],
    ['mends a missing end of line when it is added', { line: 'b' }, 'a', 'a\nb\n'],
    ['leaves a file alone that has it', { line: 'a' }, 'a\nb', 'a\nb'],
    [
      'replaces the last match',
      { line: 'Port 22', regexp: '^#?Port' },
      '#Port 1\nPort 2\nx\n',
      '#Port 1\nPort 22\nx\n',
    ],
    ['is not eaten line by line', { line: 'b', regexp: '^a' }, 'a1\nb\n', 'a1\nb\n'],
    ['goes after the last match', { line: 'n', insert_after: '^a' }, 'a1\na2\nb\n', 'a1\na2\nn\nb\n'],
    ['goes before the last match', { line: 'n', insert_before: '^b' }, 'a\nb\nb\n', 'a\nb\nn\nb\n'],
    ['goes to the start', { line: 'n', insert_before: 'BOF' }, 'a\n', 'n\na\n'],
    ['goes to the end where nothing matches', { line: 'n', insert_before: '^x' }, 'a\n', 'a\nn\n'],
    ['is removed wherever it stands', { line: 'a', state: 'absent' }, 'a\nb\na\n', 'b\n'],
    ['is removed by pattern', { regexp: '^a', state: 'absent' }, 'a1\nb\na2\n', 'b\n'],
    ['makes a file where that is asked for', { line: 'a', create: true }, undefined, 'a\n'],
    [
      'is taken word for word, not as a replacement pattern',
      { line: '$& $1 \\1', regexp: 'x' },
      'x\n',
      '$& $1 \\1\n',
    ],
  ])('%s', (_title, parameters, before, after) => {
    expect(edited('line', parameters, before)).toBe(after)
  })

  it('wants nothing more once it was applied, whatever file and patterns', () => {
    const word = fc.stringMatching(/^[ab#]{0,3}$/)
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join('\n')),
        word,
        fc.option(fc.constantFrom('^a', 'b$', '^#?a', ''), { nil: undefined }),
        fc.constantFrom({}, { insert_after: '^b' }, { insert_before: 'a' }, { state: 'absent' }),
        (text, line, regexp, place) => {
          const parameters = { line, ...(regexp === undefined ? {} : { regexp }), ...place }
          const once = edited('line', parameters, text)
          expect(edited('line', parameters, once)).toBe(once)
        },
      ),
    )
  })

  it('is refused where the file is no place for it', () => {
    expect(edited('line', { line: 'a' }, undefined)).toContain('`create: true`')
    expect(() => make('line', { path: '/f', line: 'a\nb' })).toThrow('must be one line')
    expect(() => make('line', { path: '/f', line: 'a', regexp: '(' })).toThrow('no regular expression')
    expect(() => make('line', { path: '/f' })).toThrow('`line` is missing')
    expect(() => make('line', { path: '/f', line: '', insert_before: 'a', insert_after: 'b' })).toThrow(
      'not both',
    )
  })
})

describe('block', () => {
  const marked = (inside: string) => `# BEGIN UNDERSTUDY\n${inside}# END UNDERSTUDY\n`

  it.each([
    ['is added between its markers', { block: 'x\ny\n' }, 'a\n', `a\n${marked('x\ny\n')}`],
    ['is replaced where it stands', { block: 'z' }, `a\n${marked('x\ny\n')}b\n`, `a\n${marked('z\n')}b\n`],
    ['goes where it is put', { block: 'x', insert_before: 'BOF' }, 'a\n', `${marked('x\n')}a\n`],
    ['is removed with its markers', { state: 'absent' }, `a\n${marked('x\n')}b\n`, 'a\nb\n'],
    [
      'keeps away from other blocks',
      { block: 'x', marker: '# {mark} b' },
      marked(''),
      `${marked('')}# BEGIN b\nx\n# END b\n`,
    ],
  ])('%s', (_title, parameters, before, after) => {
    const once = edited('block', parameters, before)
    expect(once).toBe(after)
    expect(edited('block', parameters, once)).toBe(once)
  })

  it('does not guess where a block ends whose marker is gone', () => {
    expect(edited('block', { block: 'x' }, '# BEGIN UNDERSTUDY\nprecious\n')).toContain(
      'only one of the lines',
    )
    expect(() => make('block', { path: '/f', block: '# END UNDERSTUDY' })).toThrow('also its marker')
  })
})

describe('hosts_entry', () => {
  it.each([
    [
      'adds an address',
      { address: '10.0.0.1', names: ['a', 'a.b'] },
      '127.0.0.1 localhost\n',
      '127.0.0.1 localhost\n10.0.0.1\ta a.b\n',
    ],
    [
      'keeps other names and comments',
      { address: '10.0.0.1', names: 'b' },
      '10.0.0.1   a # c\n',
      '10.0.0.1\ta b # c\n',
    ],
    [
      'is content with names on several lines',
      { address: '::1', names: ['a', 'b'] },
      '::1 a\n::1 b c\n',
      '::1 a\n::1 b c\n',
    ],
    [
      'is not fooled by comments and longer addresses',
      { address: '10.0.0.1', names: 'b' },
      '#10.0.0.1 b\n10.0.0.10 b\n',
      '#10.0.0.1 b\n10.0.0.10 b\n10.0.0.1\tb\n',
    ],
    [
      'takes names away',
      { address: '10.0.0.1', names: 'b', state: 'absent' },
      '10.0.0.1 a b\n',
      '10.0.0.1\ta\n',
    ],
    [
      'takes the line away with its last name',
      { address: '10.0.0.1', names: 'b', state: 'absent' },
      'x\n10.0.0.1 b\n',
      'x\n',
    ],
    [
      'takes the address away',
      { address: '10.0.0.1', state: 'absent' },
      '10.0.0.1 a\n10.0.0.1 b\nx\n',
      'x\n',
    ],
  ])('%s', (_title, parameters, before, after) => {
    const once = edited('hosts_entry', parameters, before)
    expect(once).toBe(after)
    expect(edited('hosts_entry', parameters, once)).toBe(once)
  })
})

describe('cron', () => {
  it('takes only what cron will heed', () => {
    const make_ = (more: object) => make('cron', { name: 'a', schedule: '@daily', command: 'x', ...more })
    expect(() => make_({ name: 'a.b' })).toThrow('cron ignores files')
    expect(() => make_({ schedule: '* * * *' })).toThrow('five fields')
    expect(() => make_({ command: 'a\nb' })).toThrow('must be one line')
    expect(() => make('cron', { name: 'a', schedule: '@daily' })).toThrow('`command` is missing')
  })
})
