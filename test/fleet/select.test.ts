import { describe, expect, it } from 'vitest'
import { type Selectable, selected } from '../../src/fleet/select.ts'
import type { Failure } from '../../src/model/failure.ts'

const clusters: readonly Selectable[] = [
  { cluster: 'shop-a', site: 'berlin', labels: { tier: 'web' } },
  { cluster: 'shop-b', site: 'oslo', labels: { tier: 'web', canary: 'yes' } },
  { cluster: 'bank', site: 'oslo', labels: {} },
]
const names = (...selectors: string[]) => selected(clusters, selectors).map(({ cluster }) => cluster)

describe('selectors', () => {
  it.each<[string[], string[]]>([
    [['all'], ['shop-a', 'shop-b', 'bank']],
    [['bank'], ['bank']],
    [['shop-*'], ['shop-a', 'shop-b']],
    [['shop-?'], ['shop-a', 'shop-b']],
    [['site=oslo'], ['shop-b', 'bank']],
    [['site=oslo,tier=web'], ['shop-b']],
    [['tier=w*'], ['shop-a', 'shop-b']],
    [['!tier=web'], ['bank']],
    [['all,!bank'], ['shop-a', 'shop-b']],
    [
      ['bank', 'shop-a'],
      ['shop-a', 'bank'],
    ],
    [
      ['canary=yes', 'site=oslo'],
      ['shop-b', 'bank'],
    ],
  ])('%j', (selectors, expected) => {
    expect(names(...selectors)).toEqual(expected)
  })

  it.each([
    ['shop_a', 'means no cluster of this fleet'],
    ['site=paris', 'means no cluster of this fleet'],
    ['teir=web', 'no cluster has the label "teir"'],
    ['', 'an empty term'],
    ['site=', 'an empty term'],
    ['all,', 'an empty term'],
    // A pattern, and no regular expression.
    ['shop.a', 'means no cluster'],
    ['(shop-a|bank)', 'means no cluster'],
  ])('%j is refused', (selector, message) => {
    expect(() => names(selector)).toThrow(message)
  })

  it('the values that there are, and not names, are told of a label or a site that has another', () => {
    const nextOf = (selector: string) => {
      try {
        return names(selector)
      } catch (error) {
        return (error as Failure).next
      }
    }
    expect(nextOf('tier=wbe')).toMatch(/web/)
    expect(nextOf('site=oslow')).toMatch(/oslo/)
    expect(nextOf('shop-c')).toMatch(/shop-[ab]/)
  })

  it('of several terms the one that means nothing is told, or that nothing is all of it at once', () => {
    expect(() => names('shop-a,bnak')).toThrow('"bnak" means no cluster')
    for (const selector of ['shop-a,bank', 'shop-a, !shop-a'])
      try {
        expect(names(selector)).toEqual('refused')
      } catch (error) {
        expect(error).toMatchObject({
          message: `"${selector}" means no cluster of this fleet`,
          next: expect.stringContaining(`several selectors: ${selector.split(/, ?/).join(' ')}`),
        })
      }
  })

  it('one that means nothing is refused beside another that means something', () => {
    expect(() => names('bank', 'bnak')).toThrow('"bnak" means no cluster')
  })
})
