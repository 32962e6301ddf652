import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { didYouMean, editDistance } from '../../src/config/suggest.ts'
import { validate } from '../../src/config/validate.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import { withoutRuleIds } from '../rule-ids.ts'

const schema = z.strictObject({
  name: z.string(),
  port: z.number().int().min(1).max(65535).optional(),
  method: z.enum(['dr', 'nat']).optional(),
  pool: z.array(z.strictObject({ weight: z.number() })).optional(),
})

const check = (text: string) => () => validate(schema, parseYaml(text, 'a.yaml'), 'a service')

function said(text: string): string {
  try {
    check(text)()
    return ''
  } catch (error) {
    return withoutRuleIds(String(error instanceof Error ? error.message : error))
  }
}

describe('validation', () => {
  it('gives the typed value', () => {
    expect(check('name: web\npool: [{weight: 1}]')()).toEqual({ name: 'web', pool: [{ weight: 1 }] })
  })

  it.each([
    ['name: a\nprot: 1', 'a.yaml:2:1: unknown key "prot" in a service\n  → did you mean "port"?'],
    ['name: a\nport: 0', 'a.yaml:2:7: port: expected a whole number from 1 to 65535, found 0'],
    ['name: a\nport: "80"', 'a.yaml:2:7: port: expected a whole number from 1 to 65535, found "80"'],
    [
      'name: a\nmethod: dt',
      'a.yaml:2:9: method: expected one of dr, nat, found "dt"\n  → did you mean "dr"?',
    ],
    ['port: 1', 'a.yaml:1:1: "name" is missing in a service\n  → expected there: text'],
    ['nmae: a', 'a.yaml:1:1: unknown key "nmae" in a service\n  → did you mean "name"?'],
    ['name: a\npool: [{weight: x}]', 'a.yaml:2:17: pool[0].weight: expected a number, found "x"'],
    [
      'name: a\npool: [{wieght: 1}]',
      'a.yaml:2:9: unknown key "wieght" in pool[0]\n  → did you mean "weight"?',
    ],
    ['- a', 'a.yaml:1:1: a service: expected a mapping with name, found a list'],
  ])('tells what is wrong in %j, where, and what was meant', (text, message) => {
    expect(said(text)).toBe(message)
  })

  it('tells all problems, as they stand in the file', () => {
    expect(check('method: x\nport: y\nnames: z')).toThrow(/2:7.*unknown key "names"/s)
    expect(check('port: y\nmethod: x')).toThrow(/"name" is missing.*1:7.*2:9/s)
  })
})

describe('suggestions', () => {
  it.each([
    ['chlidren', ['hosts', 'children', 'vars'], 'children'],
    ['PORT', ['port', 'sort'], 'port'],
    ['xyzzy', ['hosts', 'vars'], undefined],
    // What begins a name, or goes on from it, as in the words of keepalived.conf; where it begins several nobody knows.
    ['advert_int', ['advert_interval', 'interface'], 'advert_interval'],
    ['interfaces_of', ['interface', 'version'], 'interface'],
    ['virt', ['virtual_a', 'virtual_b'], undefined],
    ['vip', ['vip_address_of_all'], undefined],
  ])('for %s among %j is %s', (word, candidates, meant) => {
    expect(didYouMean(word, candidates)).toBe(meant)
  })

  it('measure a distance: none to itself, the same both ways, never more than the longer word', () => {
    const word = fc.string({ maxLength: 8 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })
})
