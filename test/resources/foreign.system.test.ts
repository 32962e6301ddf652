import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resultOf } from '../../src/resources/foreign-result.ts'
import { type ForeignProgram, type ForeignRun, foreignScript } from '../../src/resources/foreign-script.ts'
import { needs } from '../needs.ts'

needs('root', 'dash', 'busybox', 'python3')

const directory = mkdtempSync(join(tmpdir(), 'understudy-foreign-'))
afterAll(() => rmSync(directory, { recursive: true }))

const python: ForeignProgram = {
  name: 'thing',
  content: new Uint8Array(),
  interpreter: [],
  python: true,
  finds: 'beside',
}

/** Runs a module, of this text, by a script in one of the shells a host may have. */
function ran(shell: readonly [string, ...string[]], text: string, run: Partial<ForeignRun>, before = '') {
  const path = join(directory, 'upload')
  writeFileSync(path, text, { mode: 0o600 })
  const script = foreignScript({ program: python, arguments: '', environment: {}, ...run })
  const [program, ...words] = shell
  const input = `us_up_module=${path}; us_tmp=${directory}; umask 022; ${before}\nset -eu\n${script}\n`
  const { stdout, stderr, status } = spawnSync(program, [...words], { input, encoding: 'utf8' })
  return { stdout, stderr, status }
}

const rooms = () => readdirSync('/var/tmp').filter((name) => name.startsWith('understudy-module.'))

describe.each([
  ['dash', ['dash', '-s']],
  ['busybox', ['busybox', 'sh', '-s']],
] as const)('a module under %s', (_, shell) => {
  it('finds its arguments beside it, and is gone afterwards', () => {
    const text = 'print(open(__file__ + ".args").read())\nraise SystemExit(3)\n'
    const before = rooms()
    const given = `{"a": "it's $HOME \\n"}`
    expect(ran(shell, text, { arguments: given })).toEqual({ stdout: `${given}\n`, stderr: '', status: 3 })
    expect(rooms()).toEqual(before)
  })

  it.each([
    ['{"changed": true}', 0],
    ['noise\n{"rc": 0,\n "failed": false}\nmore', 0],
    ['{"failed": true}', 1],
    ['{"rc": 2}', 1],
    ['{"n": NaN}', 1],
    ['[1]', 1],
    ['nothing', 1],
  ])('that prints %s ends with status %s: what stands behind it is stopped by that', (printed, status) => {
    const text = `print(${JSON.stringify(printed)})\n`
    expect(ran(shell, text, {}).status).toBe(status)
    expect(resultOf({ rc: status, stdout: printed, stderr: '' }).failed).toBe(status === 1)
    expect(ran(shell, text, { isAsked: true }).status).toBe(0)
  })

  it('is told where its arguments are, or has them in itself', () => {
    const program = { ...python, python: false, interpreter: ['/bin/sh'] }
    const told = ran(shell, 'cat "$1"', { program: { ...program, finds: 'told' }, arguments: 'a=1' })
    expect(told.stdout).toBe('a=1')
    const text = "cat <<'END'\n<>\nEND\n"
    const within = ran(shell, text, {
      program: { ...program, finds: { at: text.indexOf('>') } },
      arguments: '{"x": "ä"}',
    })
    expect(within.stdout).toBe('<{"x": "ä"}>\n')
  })

  it('that is a program is started as it is', () => {
    const program = { ...python, python: false, finds: 'told' } as const
    expect(ran(shell, '#!/bin/sh\necho "$0"', { program }).stdout).toMatch(
      /\/understudy-module\.\w+\/module\n$/,
    )
  })

  it('is run as another user, who can read it, and nobody else', () => {
    const text =
      'import os\nprint(os.getuid() > 0, oct(os.stat(os.path.dirname(__file__)).st_mode), os.environ["A"])\n'
    const { stdout, stderr } = ran(shell, text, { runAs: 'nobody', environment: { A: "it's" } })
    expect(stderr).toBe('')
    expect(stdout).toBe("True 0o40700 it's\n")
  })

  it('needs a Python', () => {
    const without = ran(shell, '', {}, 'command() { return 1; }')
    expect(without).toMatchObject({ stdout: '', status: 127 })
    expect(without.stderr).toMatch(/^there is no Python on this host: install python3/)
    const named = ran(shell, '', { python: '/nowhere/python3 -I' })
    expect(named.stderr).toBe(
      'there is no Python on this host: ansible_python_interpreter says /nowhere/python3, which is not there\n',
    )
    const other = join(directory, 'other')
    writeFileSync(other, '#!/bin/sh\necho "$1 $(basename "$2")"\n')
    chmodSync(other, 0o755)
    expect(ran(shell, '', { python: `${other} -I` }).stdout).toBe('-I module\n')
  })
})
