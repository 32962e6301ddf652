import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { edited, edits } from './edits.ts'

describe('modules that edit texts', () => {
  it('want nothing more once they were applied', () => {
    fc.assert(
      fc.property(
        // Of several matches each run takes one, what replaces them may match again, and one marker alone is nobody's, as in Ansible.
        edits.filter(
          ({ module, text, arguments: told }) =>
            module !== 'replace' &&
            !('regexp' in told) &&
            !('search_string' in told) &&
            !text?.includes(' m'),
        ),
        (one) => {
          const once = edited(one)
          if (typeof once === 'string') expect(edited({ ...one, text: once })).toBe(once)
        },
      ),
    )
  })

  it.each([
    ['lineinfile', '#Port 22\n', { regexp: '^#?Port', line: 'Port 2222' }, 'Port 2222\n'],
    ['lineinfile', 'a=1\n', { regexp: '^(a)=', line: '\\1=2', backrefs: 'yes' }, 'a=2\n'],
    ['lineinfile', 'a\n', { regexp: '^b', line: 'b', insertbefore: 'BOF' }, 'b\na\n'],
    [
      'blockinfile',
      'a\n',
      { block: 'x' },
      'a\n# BEGIN ANSIBLE MANAGED BLOCK\nx\n# END ANSIBLE MANAGED BLOCK\n',
    ],
    ['replace', 'one two\n', { regexp: '(\\w+) (\\w+)', replace: '\\2 \\1' }, 'two one\n'],
    ['ini_file', '[a]\nx = 1\n', { section: 'a', option: 'y', value: 2 }, '[a]\nx = 1\ny = 2\n'],
  ] as const)('%s makes of %j with %j what Ansible makes of it', (module, text, told, after) => {
    expect(edited({ module, text, arguments: told })).toBe(after)
  })

  it('refuse what no regular expression is, and a file that is not there', () => {
    expect(edited({ module: 'lineinfile', text: '', arguments: { regexp: '(', line: 'a' } })).toMatchObject({
      refused: expect.stringContaining('no regular expression'),
    })
    expect(edited({ module: 'lineinfile', text: null, arguments: { line: 'a' } })).toMatchObject({
      refused: expect.stringContaining('create'),
    })
  })
})
