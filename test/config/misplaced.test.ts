import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lintFindings } from '../../src/operations/lint.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-misplaced-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What lint finds in an inventory with this beside `cluster`, on a director, and on a realserver. */
async function found({ beside = '', cluster = '', director = '', realserver = '' }) {
  const inventory = join(folder, 'hosts.yaml')
  writeFileSync(
    inventory,
    `all:
  vars:
    ${beside}
    cluster:
      ${cluster}
      services: [{ port: 80 }]
  children:
    directors:
      hosts:
        lb1: { ansible_host: 192.0.2.11${director} }
        lb2: { ansible_host: 192.0.2.12 }
    realservers:
      hosts:
        web1: { ansible_host: 192.0.2.21${realserver} }
        web2: { ansible_host: 192.0.2.22 }
`,
  )
  const { findings } = await lintFindings({ inventory: [inventory] })
  return findings.map(({ rule, message, next, origin }) => ({
    rule,
    message,
    next,
    at: `${origin?.line}:${origin?.col}`,
  }))
}
const vips = 'vips: [{ address: 192.0.2.100, vrid: 61 }]'

describe('a word in the wrong place', () => {
  it.each([
    [
      'beside cluster',
      { beside: 'vrrp: { preempt: false }', cluster: vips },
      'vrrp is a word of cluster',
      '3:5',
    ],
    [
      'on a director',
      { director: ', priority: 120', cluster: vips },
      'priority is a word of director',
      '10:42',
    ],
    [
      'on a realserver',
      { realserver: ', weight: 3', cluster: vips },
      'weight is a word of realserver',
      '14:43',
    ],
  ])('is told: %s', async (_, written, message, at) => {
    expect(await found(written)).toEqual([
      expect.objectContaining({ rule: 'inventory-misplaced', message: expect.stringContaining(message), at }),
    ])
  })

  it('is told beside what is missing for that', async () => {
    const rules = (await found({ beside: vips })).map(({ rule }) => rule)
    expect(rules).toContain('tier-no-vip')
    expect(rules).toContain('inventory-misplaced')
  })

  it('is a variable where an expression needs it, or the place has it, too', async () => {
    expect(
      await found({
        beside: 'priority: 5',
        cluster: vips,
        director: ', priority: 120, director: { priority: "{{ priority }}" }',
        realserver: ', weight: 2, own: "{{ weight }}"',
      }),
    ).toEqual([])
  })

  it('within a mapping is told with the place where it is known', async () => {
    const [unknown] = await found({ cluster: `vrid: 61\n      ${vips}` })
    expect(unknown).toMatchObject({
      rule: 'schema-unknown-key',
      next: 'it is a word of vips[]: write it there',
    })
  })
})

describe('a variable with a meaning that is misspelt', () => {
  it.each([
    ['a letter less', { realserver: ', realsever: { weight: 5 }' }, '14:43'],
    ['in the plural', { director: ', directors: { priority: 150 }' }, '10:42'],
    ['with a capital', { director: ', Director: { priority: 150 }' }, '10:42'],
  ])('is told: %s', async (_, written, at) => {
    expect(await found({ cluster: vips, ...written })).toEqual([
      expect.objectContaining({ rule: 'inventory-meaningless', at }),
    ])
  })

  it.each([
    ['says nothing of that', { realserver: ', realservers: { colour: red }' }],
    [
      'is needed by an expression',
      { realserver: ', realsever: { weight: 5 }, own: "{{ realsever.weight }}"' },
    ],
  ])('may be a variable that %s', async (_, written) => {
    expect(await found({ cluster: vips, ...written })).toEqual([])
  })
})
