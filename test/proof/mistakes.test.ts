import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lintKeepalived } from '../../src/operations/lint-keepalived.ts'
import { machines } from '../cluster/inventory.ts'
import { everything, keepalivedConf } from '../cluster/rendered.ts'
import { everyMistake } from './every-mistake.ts'
import { balanced, forEach, HandWritten } from './hand-written.ts'
import { mistaken } from './mistakes.ts'

const sound = new URL('sound/', import.meta.url)

describe('configurations that somebody wrote by hand', () => {
  it('say nothing wrong', () => {
    using hand = new HandWritten(forEach(balanced))
    expect(lintKeepalived(hand).findings).toEqual([])
  })

  it.each(readdirSync(sound))('say nothing wrong in other ways: %s', (name) => {
    const text = readFileSync(new URL(name, sound), 'utf8')
    using hand = new HandWritten(forEach(text, Number(/^# directors: (\d)$/m.exec(text)?.[1])))
    expect(lintKeepalived(hand).findings).toEqual([])
  })

  it.each([
    ['usual', machines()],
    ['everything', machines(everything)],
  ] as const)('say nothing wrong where they are those of our templates: %s', (_, members) => {
    using hand = new HandWritten(['d1', 'd2'].map((host) => keepalivedConf(host, members)))
    expect(lintKeepalived(hand).findings).toEqual([])
  })

  it('say that there is nothing in them', () => {
    using hand = new HandWritten(['! all of it is commented out\n# vrrp_instance WEB {\n'])
    expect(lintKeepalived(hand).findings.map(({ rule }) => rule)).toEqual(['keepalived-nothing'])
  })

  it.each(
    everyMistake.map(([rule, edits]) => ({
      rule,
      edits,
    })),
  )('trip $rule: $edits', ({ rule, edits }) => {
    using hand = new HandWritten(mistaken(edits))
    const { findings } = lintKeepalived(hand)
    const found = findings.filter((one) => one.rule === rule)
    expect(found).not.toEqual([])
    for (const { origin } of found) expect(origin?.line).toBeGreaterThan(0)
  })

  it.each([
    ['HTTP_CHECK', 'HTTP_GET'],
    ['HTTPS_CHECK', 'SSL_GET'],
    ['SCRIPT_CHECK', 'MISC_CHECK'],
    ['TCP_CHEK', 'TCP_CHECK'],
  ])('name the check that is meant by %s', (called, meant) => {
    using hand = new HandWritten(mistaken([['HTTP_GET', called]]))
    const [found] = lintKeepalived(hand).findings.filter(({ rule }) => rule === 'keepalived-block')
    expect(found?.next).toBe(`Did you mean ${meant}?`)
  })

  it('tell another word behind a script from an argument', () => {
    using hand = new HandWritten(
      mistaken([[/^ *script .*$/m.exec(balanced)?.[0] ?? '', '  script /usr/bin/look interval 2']]),
    )
    const [found] = lintKeepalived(hand).findings.filter(({ rule }) => rule === 'keepalived-script-words')
    expect(found?.next).toBe('Write interval on a line of its own.')
  })
})
