import { describe, expect, it } from 'vitest'
import { differencesIn, resultOf } from '../../src/resources/foreign-result.ts'

const told = (stdout: string, rc = 0, stderr = '') => resultOf({ rc, stdout, stderr })

describe('what a module says of itself', () => {
  it('is the JSON that it prints, whatever stands around it', () => {
    const { changed, failed, found, msg, stdout, rc } = told(
      'a warning\n{"changed": true, "msg": "done",\n "stdout": "x\\n", "n": [1]}\nmore\n',
    )
    expect({ changed, failed, found, msg, stdout, rc }).toEqual({
      changed: true,
      failed: false,
      found: { n: [1] },
      msg: 'done',
      stdout: 'x\n',
      rc: 0,
    })
  })

  it.each([
    ['{"failed": true}', true],
    ['{"failed": "yes"}', true],
    ['{"rc": 2}', true],
    ['{"rc": 2, "failed": false}', false],
    ['{"rc": 0}', false],
    ['{}', false],
  ])('%s is a failure: %s', (stdout, failed) => {
    // The status of the process says nothing where there is a result.
    expect(told(stdout, 1).failed).toBe(failed)
  })

  it('has nothing of what it was told, which may be secret', () => {
    const { found, shown } = told(
      '{"invocation": {"module_args": {"token": "geheim"}}, "_ansible_x": 1, "kept": 2}',
    )
    expect(found).toEqual({ kept: 2 })
    expect(shown).toBe('{\n  "kept": 2\n}')
  })

  it('keeps a list of results, which later tasks read, and nothing else of that name', () => {
    expect(told('{"results": [1]}').found).toEqual({ results: [1] })
    expect(told('{"results": {"a": 1}}').found).toEqual({ ansible_module_results: { a: 1 } })
  })

  it.each([
    ['', 127, 'there is no Python on this host: install it\n', 'there is no Python on this host: install it'],
    ['Traceback', 1, 'x', 'the module did not print a result in JSON'],
    ['[1, 2]', 0, '', 'the module did not print a result in JSON'],
    ['{"cut": "', 0, '', 'the module did not print a result in JSON'],
    ['x'.repeat(1024 * 1024), 0, '', 'the module printed more than 1 MiB, which is not read as a whole'],
  ])('is a failure where it cannot be read', (stdout, rc, stderr, msg) => {
    const result = told(stdout, rc, stderr)
    expect(result.failed).toBe(true)
    expect(result.msg).toBe(msg)
    expect(result.found).toEqual({ module_stdout: stdout, module_stderr: stderr })
  })

  it('shows why it failed', () => {
    expect(told('{"failed": true, "msg": "no", "exception": "Traceback x", "stderr": "e"}').shown).toBe(
      'no\nTraceback x\ne',
    )
  })
})

describe('the differences that a module tells', () => {
  it('are texts, mappings, or prepared', () => {
    expect(differencesIn({ diff: { before: 'a', after: 'b', after_header: '/x' } }, 'm')).toEqual([
      { is: 'text', path: '/x', before: 'a', after: 'b' },
    ])
    expect(differencesIn({ diff: [{ before: { a: 1 }, after: {} }, { prepared: '+x' }] }, 'm')).toEqual([
      { is: 'text', path: 'm', before: '{\n  "a": 1\n}\n', after: '{}\n' },
      { is: 'text', path: 'm', before: '', after: '+x' },
    ])
    expect(differencesIn({ diff: { before: 'a', after: 'a' } }, 'm')).toEqual([])
    expect(differencesIn({ diff: 'nothing of use' }, 'm')).toEqual([])
  })
})
