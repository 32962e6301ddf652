import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { asked, type Place, place, shellOnTerminal } from './shells.ts'

needs('build', 'script')

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here[Symbol.dispose]())

/** Bash's own way of taking a line apart, then the function that is registered for understudy. */
const inBash = `
. <(understudy completion bash)
COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=("\${@:2}") COMP_CWORD=$(($# - 2))
complete -p understudy >/dev/null || exit 1
_understudy
printf '%s\\n' "\${COMPREPLY[@]}"
`
const bash = (line: string, ...words: readonly string[]) =>
  asked(here, 'bash', inBash, 'bash', line, ...words)

describe('completion in bash', () => {
  it('offers commands, inner commands and flags', () => {
    expect(bash('understudy pl', 'understudy', 'pl')).toEqual(['plan'])
    expect(bash('understudy lab st', 'understudy', 'lab', 'st')).toEqual(['status', 'start'])
    expect(bash('understudy plan --inv', 'understudy', 'plan', '--inv')).toEqual(['--inventory'])
  })

  it('offers inventories, also those with blanks, and quotes what a shell would take for its own', () => {
    const offered = bash('understudy plan -i ', 'understudy', 'plan', '-i', '')
    expect(offered.toSorted()).toEqual(['\\$\\(touch\\ hurt\\)', 'clusters/one', 'my\\ cluster'])
    expect(bash('understudy plan -i "my', 'understudy', 'plan', '-i', '"my')).toEqual(['my cluster'])
    expect(bash('understudy plan --inventory=cl', 'understudy', 'plan', '--inventory', '=', 'cl')).toEqual([
      'clusters/one',
    ])
  })

  it('offers hosts and groups of the inventory in the line, where bash takes words apart', () => {
    const words = ['understudy', 'plan', '-i', 'my\\ cluster', '-l']
    expect(bash('understudy plan -i my\\ cluster -l w', ...words, 'w')).toEqual(['web', 'web1', 'web2'])
    expect(bash('understudy plan -i my\\ cluster -l db:!web', ...words, 'db', ':', '!web')).toEqual([
      '\\!web',
      '\\!web1',
      '\\!web2',
    ])
  })

  it('runs nothing that stands in the line or in the name of a file', () => {
    bash(
      'understudy plan > hurt -i $(touch hurt) -l ',
      'understudy',
      'plan',
      '>',
      'hurt',
      '-i',
      '$(touch hurt)',
      '-l',
      '',
    )
    expect(existsSync(join(here.directory, 'hurt'))).toBe(false)
  })

  it('completes what is typed at a terminal', async () => {
    await using shell = shellOnTerminal('bash --norc -i', here)
    await shell.type("PS1='RE''ADY> '; . <(understudy completion bash)\n", /READY> $/)
    expect(await shell.type('understudy lab prereq\t--help\n', /READY> $/)).toContain(
      'Usage: understudy lab prerequisites',
    )
    expect(await shell.type('understudy inventory -i my\t--graph\n', /READY> $/)).toContain('@web:')
    // Where a file belongs, bash completes files as ever.
    expect(
      await shell.type('echo done; understudy drill --report notes/rep\t', 'notes/report.html'),
    ).toBeTruthy()
  })
})
