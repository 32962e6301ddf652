import { describe, expect, it } from 'vitest'
import type { Application } from '../../src/cluster/index.ts'
import { targetOf, targetsOf } from '../../src/deploy/targets.ts'
import type { Versions } from '../../src/deploy/versions.ts'

const shop = { name: 'shop', release: { id: '3', sum: '' } } as Application
const has = (history: readonly string[], kept = history): Versions => ({
  ...(history.length > 0 ? { current: history.at(-1) ?? '' } : {}),
  history,
  kept,
  well: true,
  said: '',
})
const found = (...hosts: readonly Versions[]) => new Map(hosts.map((one, at) => [`rs${at + 1}`, one]))
const back = (...hosts: readonly Versions[]) => targetOf(shop, found(...hosts), { is: 'before' })

describe('the version that shall serve', () => {
  it('is what the source holds', () => {
    expect(targetOf(shop, found(has(['1'])), { is: 'source' })).toBe('3')
  })

  it('cannot be told where apply has brought none yet', () => {
    expect(() => targetOf(shop, found(has(['1']), has([])), { is: 'source' })).toThrow(
      'rs2: there is no version of shop',
    )
  })

  it('is the one before, where it goes back', () => {
    expect(back(has(['1', '2']), has(['1', '2']))).toBe('1')
    expect(back(has(['1', '2', '1', '3']), has(['2', '1', '3']))).toBe('1')
  })

  it('is told of those that have one where others of them have none', () => {
    const asked = (...histories: readonly (readonly string[])[]) =>
      histories.map((history, at) => ({
        application: { ...shop, name: `app${at + 1}` },
        own: found(has(history), has(history)),
      }))
    expect(targetsOf(asked(['1', '2'], ['4', '5']), { is: 'before' })).toEqual(['1', '4'])
    expect(() => targetsOf(asked(['1'], ['4', '5'], ['6', '7']), { is: 'before' })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('before of app1'),
        next: expect.stringContaining('understudy deploy app2 app3 --rollback leaves it as it is'),
      }),
    )
    expect(() => targetsOf(asked(['1'], ['4']), { is: 'before' })).toThrow(
      expect.objectContaining({ next: expect.not.stringContaining('leaves it') }),
    )
  })

  it('is what the others serve, where a deployment was stopped in the middle', () => {
    expect(back(has(['1', '2', '3']), has(['1', '2']))).toBe('2')
    expect(back(has(['1']), has(['1', '2']), has(['1']))).toBe('1')
  })

  it.each([
    ['nothing was before', [has(['1']), has(['1'])]],
    ['they do not agree', [has(['1', '3']), has(['2', '3'])]],
    ['it is kept no more', [has(['1', '2'], ['2']), has(['1', '2'])]],
  ])('is nobody’s guess where %s', (_, hosts) => {
    expect(() => back(...hosts)).toThrow('no version before of shop')
  })

  it('is one that all keep, where it is named', () => {
    const named = (version: string) =>
      targetOf(shop, found(has(['1.0-aa', '1.1-bb', '2.0']), has(['1.1-bb', '2.0'])), {
        is: 'named',
        version,
      })
    expect(named('1.1')).toBe('1.1-bb')
    expect(named('2.0')).toBe('2.0')
    expect(() => named('1.0')).toThrow('not every realserver keeps the version 1.0')
  })
})
