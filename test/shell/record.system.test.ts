import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { progressQuery } from '../../src/sensors/progress.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { check } from '../resources/shellcheck.ts'

needs('shellcheck', 'dash', 'busybox', 'root', 'worlds')

const recorded = (run: string, told: readonly string[] = []) => ({ run, asked: '{"of":"it\'s"}', told })
const step = (script: ReturnType<typeof sh>, place: string, keepsOutput = true) => ({
  title: 'command[a]',
  ignoreErrors: true,
  environment: {},
  uploads: {},
  script,
  records: { place, key: `0.left.it's "so"\n.0`, changesNothing: false, keepsOutput },
})
const asks = [{ sensor: progressQuery.sensor, subjects: [''] }]
const first = buildProgram('n', {
  asks: [],
  recorded: recorded('aaaa1111', ['file 00 a b']),
  steps: [
    step(sh`printf 'a\nb'; echo c >&2; false`, 'one'),
    step(sh`echo left out`, 'two', false),
    step(sh`echo again`, 'one'),
  ],
})

/** What a machine keeps after these programs, in a state directory of its own, where root may write or nobody can. */
function keptAfter(
  shell: readonly string[],
  programs: readonly { readonly script: string }[],
  place = 'tmpfs',
) {
  const world = `mount -t tmpfs ${place === 'tmpfs' ? '' : '-o ro'} none /var/lib; HOME=/var/lib/home; export HOME
mount -t tmpfs none /run; "$@"`
  const asked = buildProgram('n', { asks })
  const all = [...programs, asked].map(
    ({ script }) => `${shell.join(' ')} -s <<'UNDERSTUDY'\n${script}\nUNDERSTUDY\n`,
  )
  const output = execFileSync(
    'unshare',
    ['--mount', 'dash', '-euc', world, 'dash', 'dash', '-c', all.join('')],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const [, answer = ''] = /@@n ask 0\n([\s\S]*?)\n@@n answer 0 0/.exec(output) ?? []
  return progressQuery.sensor.read(answer, ['']).get('')
}

describe.each([['dash'], ['busybox', 'sh']])('how far a run came, as %s %s keeps it', (...shell) => {
  it('has the last end of each step, with what it printed where that is needed', () => {
    expect(keptAfter(shell, [first])).toMatchObject({
      run: 'aaaa1111',
      asked: '{"of":"it\'s"}',
      isOver: false,
      ended: new Map([
        [
          'one',
          { key: `0.left.it's "so"\n.0`, status: 0, stdout: 'again\n', stderr: '', changesNothing: false },
        ],
        ['two', { key: `0.left.it's "so"\n.0`, status: 0, stdout: '', stderr: '', changesNothing: false }],
      ]),
      files: new Map([['a b', '00']]),
    })
  })

  it('is that of the last run, and nothing of one that came to its end', () => {
    const second = buildProgram('n', {
      asks: [],
      recorded: recorded('bbbb2222'),
      steps: [step(sh`:`, 'three')],
    })
    const found = keptAfter(shell, [first, second])
    expect([found?.run, [...(found?.ended.keys() ?? [])], found?.files.size]).toEqual([
      'bbbb2222',
      ['three'],
      0,
    ])
    const over = buildProgram('n', { asks: [], exclusive: true, over: 'bbbb2222' })
    const done = keptAfter(shell, [second, over])
    expect([done?.run, done?.isOver, done?.ended.size]).toEqual(['bbbb2222', true, 0])
    expect(keptAfter(shell, [first, over])?.isOver).toBe(false)
  })

  it('is nothing where nothing can be written, and what is to be done is done all the same', () => {
    expect(keptAfter(shell, [first], 'read-only')).toBeUndefined()
  })
})

describe('what keeps and tells how far a run came', () => {
  it('is clean under shellcheck', () => {
    expect(check(first.script)).toBe('')
    expect(check(buildProgram('n', { asks, exclusive: true, over: 'a' }).script)).toBe('')
  })
})
