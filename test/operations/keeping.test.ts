import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  askingAgain,
  checkPlaceFor,
  collectingReads,
  keptPlanIn,
  ourVersion,
  writePlan,
} from '../../src/operations/keeping.ts'
import { packageRoot } from '../../src/operations/places.ts'
import { keep } from '../../src/plans/keep.ts'
import type { Asked } from '../../src/plans/kept.ts'
import { sumOf } from '../../src/plans/sums.ts'
import { planOf } from '../plans/planned.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-plans-'))
const at = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

const summing = { salt: '0'.repeat(32), redact: (text: string) => text }

function madeWith(asked: Partial<Asked>) {
  const { made, plays, asked: usual } = planOf()
  const now = { ...made, understudy: ourVersion() }
  return keep({ made: now, asked: { ...usual, ...asked }, files: new Map(), plays, hosts: [] }, summing)
}

describe('a plan in a file', () => {
  it('is whole, for nobody else, and replaces a plan only', async () => {
    const plan = madeWith({})
    await writePlan(at('plan.json'), plan)
    await writePlan(at('plan.json'), plan)
    expect(keptPlanIn(at('plan.json'))).toEqual(plan)
    expect(statSync(at('plan.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['plan.json'])
    writeFileSync(at('site.yaml'), '- hosts: all\n')
    expect(() => checkPlaceFor(at('plan.json'))).not.toThrow()
    expect(() => checkPlaceFor(at('site.yaml'))).toThrow('is there, and is no plan')
    expect(() => checkPlaceFor(at('nowhere/plan.json'))).toThrow('does not exist')
    expect(keptPlanIn(at('site.yaml'))).toBeUndefined()
    expect(() => keptPlanIn(at('gone.json'))).toThrow('does not exist')
  })

  it('of a folder that is gone leaves nothing', async () => {
    await expect(writePlan(at('nowhere/plan.json'), madeWith({}))).rejects.toThrow('cannot be written')
  })
})

describe('what a plan was asked for', () => {
  it('need not be said again, and cannot be something else', () => {
    const kept = madeWith({ limit: 'web', tags: ['a'], become: true })
    expect(askingAgain('p', kept, {})).toMatchObject({
      inventory: ['hosts.yaml'],
      limit: 'web',
      tags: ['a'],
      become: true,
    })
    expect(askingAgain('p', kept, { inventory: ['hosts.yaml'], tags: [] })).toMatchObject({ tags: ['a'] })
    const other = (given: object) => () => askingAgain('p', kept, given)
    expect(other({ inventory: ['h2.yaml'] })).toThrow(
      'p was made with the inventory hosts.yaml, and this says h2.yaml',
    )
    expect(other({ limit: 'db' })).toThrow('with the limit web, and this says db')
    expect(other({ tags: ['b'] })).toThrow('with the tags a, and this says b')
  })

  it('has variables only by name, which are given again', () => {
    const text = 'password=hunter22 x=y'
    const kept = madeWith({
      extraVars: [{ file: 'vars.yaml' }, { names: ['password'], digest: sumOf(text, summing, true).digest }],
    })
    expect(JSON.stringify(kept)).not.toContain('hunter')
    const given = ['@vars.yaml', text]
    expect(askingAgain('p', kept, { extraVars: given }).extraVars).toEqual(given)
    expect(() => askingAgain('p', kept, {})).toThrow('made with -e @vars.yaml and -e with password')
    expect(() => askingAgain('p', kept, { extraVars: ['@vars.yaml', 'password=a'] })).toThrow(
      'something else',
    )
    expect(() => askingAgain('p', madeWith({}), { extraVars: ['a=1'] })).toThrow('made without -e')
    const files = madeWith({ extraVars: [{ file: 'vars.yaml' }] })
    expect(askingAgain('p', files, {}).extraVars).toEqual(['@vars.yaml'])
  })
})

it('names files from here, from the root, or as those that come with understudy', () => {
  const { files, onRead } = collectingReads()
  const bytes = readFileSync(join(packageRoot, 'package.json'))
  for (const path of ['/dev/fd/3', '/somewhere/hosts.yaml', join(packageRoot, 'templates/a.hbs')])
    onRead(path, bytes)
  expect([...files.keys()]).toEqual(['/somewhere/hosts.yaml', 'understudy:templates/a.hbs'])
})
