import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { type Place, place, shellOnTerminal } from './shells.ts'

needs('build', 'zsh', 'script')

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here[Symbol.dispose]())

describe('completion in zsh', () => {
  it('completes what is typed at a terminal', async () => {
    await using shell = shellOnTerminal('zsh -f -i', here)
    await shell.type("PS1='RE''ADY> '; unsetopt zle_bracketed_paste\n", /READY> /)
    await shell.type(
      'autoload -U compinit; compinit -u; . <(understudy completion zsh); echo load""ed\n',
      'loaded',
    )
    expect(await shell.type('understudy lab prereq\t--help\n', 'say what this computer lacks')).toContain(
      'Usage: understudy lab prerequisites',
    )
    expect(
      await shell.type('understudy inventory -i clu\t --host web2\t --json; echo sh""own\n', 'shown'),
    ).toContain('{}')
    expect(await shell.type('understudy handover --b\t --hel\t\n', 'Usage: understudy handover')).toBeTruthy()
  })
})
