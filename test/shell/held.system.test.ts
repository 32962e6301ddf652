import { spawn, spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { readHolder } from '../../src/model/holder.ts'
import type { Script } from '../../src/model/script.ts'
import type { Sensor } from '../../src/model/sensor.ts'
import { keeper, tellHolder } from '../../src/shell/lock.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { shells } from '../sensors/ask.ts'

needs('root', 'dash', 'busybox', 'shellcheck')

const deed = (run: string) => JSON.stringify({ run, by: 'ann@desk', did: `drill "it's" $(hostname)` })
const program = (run: string, steal = false, ahead?: Script) =>
  keeper({ nonce: 'n', run, deed: deed(run), steal, ...(ahead ? { ahead } : {}) })
const question: Sensor<string> = {
  name: 'a question',
  ask: () => sh`echo "$us_nonce"; read -r us_word || echo "nothing to read"`,
  read: () => new Map(),
}
const { script: questions } = buildProgram('q', { asks: [{ sensor: question, subjects: [''] }] })

/** What a keeper says on a machine whose /run is its own, where this was done before and is done after it was let go. */
function keep(
  shell: readonly string[],
  run: string,
  {
    before = ':',
    steal = false,
    after = 'ls /run',
    says = 'beat\nrelease\n',
    ahead = undefined as Script | undefined,
    until = /@@n (held|busy|trouble)/,
  } = {},
): Promise<string> {
  const machine = `mount -t tmpfs none /run; ${before}; "$@"; echo; ${after}`
  const child = spawn('unshare', ['--mount', 'sh', '-euc', machine, 'sh', ...shell], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  let spoken = false
  child.stdin.write(program(run, steal, ahead))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    if (spoken || !until.test(printed)) return
    spoken = true
    child.stdin.end(says)
  })
  return new Promise((done) => child.once('close', () => done(printed)))
}

it('has programs that are clean for shellcheck', () => {
  // SC1010: "done" is a word of a mark. SC2016: quoted text is data here. SC2154: what was set before. SC2317: what is called later.
  for (const script of [program('abc'), program('abc', false, questions), tellHolder])
    expect(
      spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC1010,SC2016,SC2154,SC2317', '-f', 'gcc', '-'], {
        input: script,
        encoding: 'utf8',
      }).stdout,
    ).toBe('')
})

it.each(shells)('%s holds a lock, and leaves nothing', async (shell) => {
  const printed = await keep(shell, 'abc')
  expect(printed.match(/@@n .*/g)).toEqual(['@@n held', '@@n released'])
  expect(printed.split('@@n released\n')[1]?.trim()).toBe('')
})

it.each(shells)('%s leaves the lock where nobody speaks any more, and who looks is told', async (shell) => {
  const printed = await keep(shell, 'abc', { says: '', after: tellHolder })
  expect(readHolder(printed.trimEnd().split('\n').at(-1) ?? '')).toEqual({
    run: 'abc',
    by: 'ann@desk',
    did: `drill "it's" $(hostname)`,
    seconds: expect.any(Number),
    ended: 'gone',
  })
})

it.each(shells)('%s asks what came along once it has the lock, and goes on listening', async (shell) => {
  const printed = await keep(shell, 'abc', { ahead: questions, until: /@@n over/ })
  expect(printed.match(/@@.*|nothing.*|^q$/gm)).toEqual([
    '@@n held',
    '@@q ask 0',
    'q',
    'nothing to read',
    '@@q answer 0 0',
    '@@q done',
    '@@n over 0',
    '@@n released',
  ])
  expect(printed.split('@@n released\n')[1]?.trim()).toBe('')
})

it.each(shells)('%s lets go also while what came along still works', async (shell) => {
  const ahead = sh`echo "@@q begun"; sleep 1`
  const printed = await keep(shell, 'abc', { ahead, until: /begun/, after: 'ls /run' })
  expect(printed).toContain('@@n released')
  expect(printed).not.toContain('understudy.held')
})

it.each(shells)('%s asks nothing where it does not get the lock', async (shell) => {
  const before = `${lives}\n${cases['that lives'][0]}`
  const printed = await keep(shell, 'abc', { before, ahead: questions })
  expect(printed.match(/@@.*/g)).toEqual([expect.stringMatching(/^@@n busy lives/)])
})

const lives = `read -r up _ </proc/uptime; s=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
held() { printf '%s %s %s %s - %s\\n{"run":"%s","by":"bob@lap","did":"apply"}\\n' old $$ "$s" "$1" "$2" old >/run/understudy.held; }
boot=$(cat /proc/sys/kernel/random/boot_id)`
const cases = {
  'that lives': [`held "\${up%%.*}" "$boot"`, 'busy lives'],
  'of another boot': [`held "\${up%%.*}" other`, 'dead rebooted'],
  'that has not been heard of': [`held $((\${up%%.*} - 61)) "$boot"`, 'dead silent'],
  'whose number another process has': [`s=1; held "\${up%%.*}" "$boot"`, 'dead gone'],
  'of which nothing can be read': ['echo rubbish >/run/understudy.held', 'dead '],
  'that is empty': [': >/run/understudy.held', 'dead '],
} as const

it.each(
  Object.entries(cases).flatMap(([whose, [before, says]]) =>
    shells.map(([shell]) => [whose, shell, before, says] as const),
  ),
)('judges a lock %s, under %s', async (_whose, shell, before, says) => {
  const printed = await keep(shell, 'abc', { before: `${lives}\n${before}` })
  expect(printed).toContain(`@@n ${says}`)
  expect(printed.includes('@@n held')).toBe(!says.startsWith('busy'))
})

it.each(shells)('%s steals from one that lives, and tells it who', async (shell) => {
  const before = `${lives}\n${cases['that lives'][0]}`
  const printed = await keep(shell, 'abc', {
    before,
    steal: true,
    after: 'cat /run/understudy.held.old.taken; ls /run',
  })
  expect(printed).toContain('@@n stolen lives')
  expect(printed).toContain(deed('abc'))
  expect(printed).toMatch(/^understudy\.held\.old\.taken$/m)
  expect(printed).not.toMatch(/^understudy\.held$/m)
})

it.each(shells)('%s takes no lock that is a folder, and says so', async (shell) => {
  const printed = await keep(shell, 'abc', { before: 'mkdir -p /run/understudy.held/x' })
  expect(printed.match(/@@n .*/g)).toEqual([expect.stringMatching(/^@@n trouble \/run\/understudy\.held /)])
})
