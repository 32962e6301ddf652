import { describe, expect, it } from 'vitest'
import { explain, type Failure } from '../../src/model/failure.ts'
import { beginsPlan, readPlan } from '../../src/plans/read.ts'
import { planOf } from './planned.ts'

const plan = planOf()
const text = JSON.stringify(plan)

function complaint(changed: string, understudy = '1.2.3'): string {
  try {
    readPlan('plan.json', changed, understudy)
    return 'taken'
  } catch (error) {
    return explain(error as Failure)
  }
}

describe('a plan in a file', () => {
  it('is read as it was written', () => {
    expect(readPlan('plan.json', text, '1.2.3')).toEqual(plan)
    expect(readPlan('plan.json', JSON.stringify(plan, undefined, 2), '1.2.3')).toEqual(plan)
  })

  it.each([
    ['is empty', '', 'plan.json is empty'],
    ['ends in the middle', text.slice(0, 300), 'plan.json ends in the middle'],
    ['is no JSON', 'all: {', 'plan.json is no plan'],
    ['is something else', '{"kind": "other"}', 'plan.json is no plan'],
    ['is null', 'null', 'plan.json is no plan'],
    [
      'is of a version to come',
      JSON.stringify({ ...plan, version: 2 }),
      'a plan of version 2, and this understudy knows version 1',
    ],
    ['is without a version', JSON.stringify({ ...plan, version: undefined }), 'says no version'],
    [
      'has a word too many',
      JSON.stringify({ ...plan, force: true }),
      'is not the plan that was written: the whole has force',
    ],
    [
      'says something of another kind',
      JSON.stringify({ ...plan, hosts: 'all' }),
      'is not the plan that was written: hosts is something else',
    ],
    ['begins with a mark of its byte order', `\uFEFF${text}`, 'is not of UTF-8'],
    ['is of UTF-16', Buffer.from(text, 'utf16le').toString(), 'is not of UTF-8'],
    [
      'lacks something',
      JSON.stringify({ ...plan, hosts: undefined }),
      'is not the plan that was written: hosts is missing',
    ],
    [
      'says something else',
      text.replace('"summary":"update"', '"summary":"upgrade"'),
      'was changed since it was written: its seal does not fit',
    ],
    ['has fewer hosts', JSON.stringify({ ...plan, hosts: [] }), 'its seal does not fit'],
  ])('is refused where it %s', (_, changed, words) => {
    expect(complaint(changed)).toContain(words)
  })

  it('is for the understudy that made it', () => {
    expect(complaint(text, '1.2.4')).toContain('made by understudy 1.2.3, and this is 1.2.4')
  })

  it('refuses ten megabytes of something else in no time', () => {
    expect(complaint(`{"kind": "${'x'.repeat(10_000_000)}"}`)).toContain('is no plan')
  })

  it('is told from a playbook', () => {
    expect(beginsPlan('plan.json', '{')).toBe(true)
    expect(beginsPlan('kept', text.slice(0, 200))).toBe(true)
    expect(beginsPlan('site.json', '[{"hosts": "all"}]')).toBe(false)
    expect(beginsPlan('site.yaml', '- hosts: all')).toBe(false)
  })
})
