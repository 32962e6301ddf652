import { spawn, spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { Fence } from '../../src/model/holder.ts'
import { keeper } from '../../src/shell/lock.ts'
import { needs } from '../needs.ts'
import { shells } from '../sensors/ask.ts'

needs('root', 'dash', 'busybox', 'shellcheck')

const fence = (number: number, epoch = 1_800_000_000): Fence => ({ name: 'web.shop', epoch, number })
const program = (run: string, by?: Fence) =>
  keeper({ nonce: 'n', run, deed: `{"run":"${run}","by":"ann@desk","did":"apply"}`, steal: false, fence: by })

/** With an empty /run and /var/lib. */
const machine = 'mount -t tmpfs none /run; mount -t tmpfs none /var/lib'

interface Coming {
  readonly run: string
  readonly by?: Fence
  /** It has not let go when the next one comes. */
  readonly stays?: boolean
}

/** What each keeper says on one machine, in the order in which they come. */
async function told(
  shell: readonly string[],
  comings: readonly Coming[],
  before = ':',
): Promise<readonly string[]> {
  const child = spawn('unshare', ['--mount', 'sh', '-euc', `${machine}; ${before}; exec sh -s`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const steps = comings.map(({ run, by, stays }) => {
    const words = spawnWords(shell)
    const text = Buffer.from(program(run, by)).toString('base64')
    return `mkfifo /run/in.${run}
{ printf %s ${text} | base64 -d; cat /run/in.${run} 2>/dev/null; } | ${words} >/run/said.${run} & pid=$!
exec 7>/run/in.${run}
n=0; until grep -qE '@@n (held|busy|fenced|trouble)' /run/said.${run} || [ $n -gt 100 ]; do n=$((n+1)); sleep 0.05; done
${stays ? `exec 8>&7 7>&-` : `{ echo release >&7; } 2>/dev/null || :; exec 7>&-; wait $pid || :`}`
  })
  child.stdin.end(
    `trap '' PIPE\n${steps.join('\n')}\n${comings.map(({ run }) => `echo "= $(grep -o '@@n .*' /run/said.${run} | cut -c5- | cut -d' ' -f1,2 | tr '\\n' ';')"`).join('\n')}\n`,
  )
  await new Promise((done) => child.once('close', done))
  return [...printed.matchAll(/^= (.*)$/gm)].map(([, said = '']) => said)
}

const spawnWords = (shell: readonly string[]) => shell.map((word) => `'${word}'`).join(' ')

it('has a program that is clean for shellcheck', () => {
  expect(
    spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC1010,SC2016,SC2154,SC2317', '-f', 'gcc', '-'], {
      input: program('abc', fence(4)),
      encoding: 'utf8',
    }).stdout,
  ).toBe('')
})

it.each(shells)('%s lets nobody come after a later one, also when that has gone', async (shell) => {
  expect(
    await told(shell, [
      { run: 'a', by: fence(4) },
      { run: 'b', by: fence(5) },
      { run: 'c', by: fence(4) },
      { run: 'd', by: fence(5) },
      { run: 'e', by: fence(1, 1_800_000_001) },
      { run: 'f', by: fence(99) },
    ]),
  ).toEqual([
    'held;released;',
    'held;released;',
    'fenced 1800000000.5;',
    'held;released;',
    'held;released;',
    'fenced 1800000001.1;',
  ])
})

it.each(shells)('%s gives the lock of one that lives to a later one, and to no other', async (shell) => {
  const [first, equal, later] = await told(shell, [
    { run: 'a', by: fence(4), stays: true },
    { run: 'b', by: fence(4) },
    { run: 'c', by: fence(5) },
  ])
  expect([first, equal, later]).toEqual(['held;', 'busy lives;', 'stolen lives;held;released;'])
})

it.each(shells)('%s takes nothing from who came by himself, and refuses him nothing', async (shell) => {
  expect(
    await told(shell, [
      { run: 'a', by: fence(7) },
      { run: 'b', stays: true },
      { run: 'c', by: fence(8) },
    ]),
  ).toEqual(['held;released;', 'held;', 'busy lives;'])
})

it.each(shells)('%s counts other clusters apart', async (shell) => {
  const other = { ...fence(1), name: 'web.bank' }
  expect(
    await told(shell, [
      { run: 'a', by: fence(7) },
      { run: 'b', by: other },
    ]),
  ).toEqual(['held;released;', 'held;released;'])
})

it.each(shells)('%s begins anew where what is remembered cannot be read', async (shell) => {
  const rubbish = 'mkdir -p /var/lib/understudy/fences; echo "x; y" >/var/lib/understudy/fences/web.shop'
  expect(await told(shell, [{ run: 'a', by: fence(1) }], rubbish)).toEqual(['held;released;'])
})

it.each(shells)('%s holds nothing where it cannot remember', async (shell) => {
  const taken = 'mkdir -p /var/lib/understudy/fences/web.shop/x'
  const [said] = await told(shell, [{ run: 'a', by: fence(1) }], taken)
  expect(said).toMatch(/^trouble \/var\/lib\/understudy\/fences\/web.shop;$/)
})
