import { describe, expect, it } from 'vitest'
import { heeding } from '../../src/model/meant.ts'

const origin = { file: 'inventory.yaml', line: 3, col: 7 }

describe('warnings', () => {
  it('are told once where an alias repeats what they are about, and each where places differ', () => {
    const one = { rule: 'a-rule', message: 'it expires soon', next: 'have it renewed', origin }
    const elsewhere = { ...one, origin: { ...origin, line: 4 } }
    const { origin: _, ...nowhere } = one
    expect(heeding([one, { ...one }, elsewhere, nowhere], []).warnings).toEqual([one, elsewhere, nowhere])
  })

  it('that are meant are silenced once, too', () => {
    const one = { rule: 'a-rule', message: 'it expires soon', origin }
    const meant = { origin, line: 3, rules: ['a-rule'], reason: 'a test' }
    expect(heeding([one, { ...one }], [meant])).toMatchObject({ warnings: [], silenced: [{ warning: one }] })
  })
})
