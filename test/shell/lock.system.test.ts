import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { buildProgram } from '../../src/shell/program.ts'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { shells } from '../sensors/ask.ts'

needs('root', 'dash', 'busybox')

const { script } = buildProgram('nonce', {
  asks: [],
  steps: [{ title: 'a step', script: sh`echo ran`, ignoreErrors: false, environment: {}, uploads: {} }],
})

/** What the program prints on a machine where this was done before: one whose /run is its own. */
function after(shell: readonly string[], before: string): string {
  const machine = `mount -t tmpfs none /run; ${before}; exec "$@"`
  return execFileSync('unshare', ['--mount', 'sh', '-euc', machine, 'sh', ...shell], {
    input: script,
    encoding: 'utf8',
  })
}

it.each(shells)('is taken over by %s from whoever was ended, even before it could say who it is', (shell) => {
  for (const pid of ['', '4194304']) {
    const held = `mkdir /run/understudy.lock; [ -z "${pid}" ] || echo ${pid} >/run/understudy.lock/pid`
    const printed = after(shell, held)
    expect(printed).toContain('@@nonce start 0\nran')
    expect(printed.includes('@@nonce locked')).toBe(pid === '')
  }
})
