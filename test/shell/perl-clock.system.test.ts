import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { prober } from '../../src/drill/client/prober.ts'
import { arpAsker } from '../../src/sensors/arp-asker.ts'
import { solicitor } from '../../src/sensors/solicitor.ts'
import { perlClock } from '../../src/shell/perl-clock.ts'
import { needs } from '../needs.ts'

needs('perl')

/** A machine that has Perl without Time::HiRes, as where perl-base alone is installed. */
const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'))
writeFileSync(
  join(folder, 'without.pm'),
  `package without; unshift @INC, sub { die "there is no $_[1]\\n" if $_[1] eq 'Time/HiRes.pm'; return }; 1;\n`,
)
afterAll(() => rmSync(folder, { recursive: true }))

const places = {
  'with Time::HiRes': {},
  'with perl-base alone': { PERL5LIB: folder, PERL5OPT: '-Mwithout' },
}

const perl = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  execFileSync('perl', args, {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  })

describe.each(Object.entries(places))('programs in Perl, %s', (_, env) => {
  it('tell the time of the clock that nobody sets', () => {
    const before = process.hrtime.bigint()
    const told = perl(
      env,
      '-e',
      `use strict; use warnings; ${perlClock} printf "%.6f %d\\n", monotonic(), exists $INC{'Time/HiRes.pm'} ? 1 : 0`,
    )
    const after = process.hrtime.bigint()
    const [seconds, module] = told.trim().split(' ').map(Number)
    expect(module).toBe('PERL5OPT' in env ? 0 : 1)
    expect(seconds).toBeGreaterThan(Number(before) / 1e9)
    expect(seconds).toBeLessThan(Number(after) / 1e9)
  })

  it.each(Object.entries({ prober, arpAsker, solicitor }))('can be read: %s', (_name, program) => {
    expect(() => perl(env, '-c', '-e', program)).not.toThrow()
  })

  it('ask at a fixed rate', () => {
    const told = execFileSync(
      'sh',
      [
        '-c',
        '{ sleep 1; echo stop; sleep 1; } | perl -e "$1" 127.0.0.1 9 "" 100 500 5 "" "" "" "" ""',
        'sh',
        prober,
      ],
      { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
    )
    const lines = told.trim().split('\n')
    expect(lines[0]).toBe('ready')
    expect(lines.at(-1)).toBe('end')
    const due = lines.filter((line) => line.startsWith('r ')).map((line) => Number(line.split(' ')[1]))
    expect(due.length).toBeGreaterThan(5)
    expect((due[1] ?? 0) - (due[0] ?? 0)).toBeCloseTo(100)
  })
})
