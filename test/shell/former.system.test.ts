import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { keepBefore } from '../../src/shell/former.ts'
import { goBack, tellFormer } from '../../src/shell/go-back.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { needs } from '../needs.ts'
import { check } from '../resources/shellcheck.ts'

needs('shellcheck', 'dash', 'busybox')

const before = keepBefore('abcd1234', [
  { is: 'file', subject: "/etc/it's" },
  { is: 'unit', subject: 'nginx.service' },
  { is: 'stays', subject: 'package[nginx]' },
])
const step = { title: 'file[/etc/a]', ignoreErrors: false, environment: {}, uploads: {} }
const steps = [{ ...step, before, keeps: true, script: goBack('abcd1234') }]
const keeping = buildProgram('n', { asks: [], steps })

describe('what keeps a former state, goes back to it, and tells of it', () => {
  it('is clean under shellcheck', () => {
    expect(check(keeping.script)).toBe('')
    expect(check(tellFormer)).toBe('')
  })

  it.each([['dash'], ['busybox', 'sh']])('is understood by %s', (...shell) => {
    const [program = '', ...words] = shell
    expect(() => execFileSync(program, [...words, '-n'], { input: keeping.script })).not.toThrow()
  })
})
