import { describe, expect, it } from 'vitest'
import type { Registered } from '../../src/model/resource.ts'
import { unchanged } from '../../src/model/resource.ts'
import { progressQuery } from '../../src/sensors/progress.ts'
import { readRegistered, writtenRegistered } from '../../src/sensors/registered.ts'

const read = (...lines: readonly string[]) => progressQuery.sensor.read(lines.join('\n'), ['']).get('')

describe('a record of progress', () => {
  it('is none where a run was cut off before it was begun', () => {
    expect(read('')).toBeUndefined()
    expect(read('run abcd')).toBeUndefined()
  })

  it('has nothing of what a machine did not write whole', () => {
    const found = read(
      'run abcd',
      'asked {}',
      'ended 0 p1 other "0.1"',
      'ended 0 p2 oth',
      'answered {"host":"a","key":"0.2","result":"{}"}',
      'answered {"host":"a","ke',
    )
    expect([...(found?.ended.keys() ?? [])]).toEqual(['p1'])
    expect(found?.answered.map(({ key }) => key)).toEqual(['0.2'])
  })
})

describe('a result that a machine keeps', () => {
  it('is the same again, with the items of a loop', () => {
    const item = { name: 'item', read: () => ({ path: '/a\n', deep: [1, null, 'ü'] }) }
    const result: Registered = {
      ...unchanged,
      found: { stat: { exists: false } },
      results: [{ ...unchanged, item }],
    }
    const written = writtenRegistered(result)
    expect(written).not.toContain('\n')
    const again = readRegistered(JSON.parse(written))
    expect(again.found).toEqual(result.found)
    expect(again.results?.[0]?.item?.name).toBe('item')
    expect(again.results?.[0]?.item?.read()).toEqual(item.read())
  })
})
