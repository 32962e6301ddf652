import { describe, expect, it } from 'vitest'
import { explain } from '../../src/model/failure.ts'
import { movedSince } from '../../src/plans/moved.ts'
import { sh } from '../../src/shell/quote.ts'
import { changeOfFile, hostOf, planOf, stepOf } from './planned.ts'

const moved = (kept = planOf(), now = planOf()) => movedSince(kept, now).map(explain)

describe('a kept plan', () => {
  it('holds as long as everything is as it was', () => {
    expect(moved()).toEqual([])
  })

  it('names host, resource, place, what was expected and what was found', () => {
    const found = changeOfFile({
      differences: [{ is: 'text', path: '/etc/app.conf', before: 'one\n2\n', after: 'one\nthree\n' }],
    })
    expect(moved(planOf(), planOf([hostOf([stepOf(found)])]))).toEqual([
      'site.yaml:7:3 web1 template[/etc/app.conf]: /etc/app.conf: expected to find "two" in line 2, found "2"',
    ])
  })

  it.each([
    ['a file that is gone', { before: undefined }, 'expected to find 3 lines, found nothing'],
    ['another text to be', { after: 'one\n' }, 'expected to make it "three" in line 2, found ""'],
  ])('tells of %s', (_, change, words) => {
    const difference = {
      is: 'text',
      path: '/etc/app.conf',
      before: 'one\ntwo\n',
      after: 'one\nthree\n',
    } as const
    const found = changeOfFile({ differences: [{ ...difference, ...change }] })
    expect(moved(planOf(), planOf([hostOf([stepOf(found)])]))).toEqual([expect.stringContaining(words)])
  })

  it('tells of what somebody made by hand meanwhile', () => {
    const now = planOf([hostOf([stepOf(changeOfFile(), { verdict: { is: 'converged' } })])])
    expect(moved(planOf(), now)).toEqual([
      expect.stringContaining('expected "update", found it as it should be'),
    ])
    expect(moved(now, planOf())).toEqual([expect.stringContaining('expected nothing to do, found "update"')])
  })

  it('tells of what is done in another way, though it looks the same', () => {
    const now = planOf([hostOf([stepOf(changeOfFile({ script: sh`write otherwise` }))])])
    expect(moved(planOf(), now)).toEqual([expect.stringContaining('something of it that is not shown')])
  })

  it('tells of another machine, and not of what that has', () => {
    const { facts } = hostOf()
    const other = { ...facts, ssh: { hostKey: 'ssh-ed25519 BBBB' } }
    const now = planOf([hostOf([], { facts: other })])
    expect(moved(planOf(), now)).toEqual([expect.stringContaining('web1: another machine answers')])
  })

  it('tells of a VIP that went elsewhere, of an address, and of hosts that came and went', () => {
    const held = planOf([hostOf([], { holds: ['192.0.2.100'] })])
    const free = planOf([hostOf([], { address: '192.0.2.9' })])
    expect(moved(held, free)).toEqual([
      expect.stringContaining('reached at: expected 192.0.2.1, found 192.0.2.9'),
      expect.stringContaining('holds: expected 192.0.2.100, found no VIP'),
    ])
    expect(moved(planOf(), planOf([hostOf([], { host: 'web2' })]))).toEqual([
      expect.stringContaining('web1: the plan is for this host, and it takes no part now'),
      expect.stringContaining('web2: it takes part now, and the plan is not for it'),
    ])
  })

  it('tells of files that were changed, came and went', () => {
    const kept = planOf([hostOf()], { files: { 'hosts.yaml': 'all:', 'group_vars/all.yaml': 'a: 1' } })
    const now = planOf([hostOf()], { files: { 'hosts.yaml': 'all: ', 'host_vars/web1.yaml': 'a: 1' } })
    expect(moved(kept, now)).toEqual([
      expect.stringMatching(
        /^hosts\.yaml was changed since the plan was made: expected \w{12}, found \w{12}/,
      ),
      expect.stringContaining('host_vars/web1.yaml was not read for the plan, and is read now'),
      expect.stringContaining('group_vars/all.yaml was read for the plan, and is not read any more'),
    ])
  })
})

describe('secrets in a plan', () => {
  const secretive = changeOfFile({
    differences: [{ is: 'text', path: '/etc/app.conf', before: 'p old\n', after: 'p hunter22\n' }],
    script: sh`printf %s ${'hunter22'}`,
  })

  it('are never values, and are summed slowly', () => {
    const kept = planOf([hostOf([stepOf(secretive)])], { secret: 'hunter22' })
    expect(JSON.stringify(kept)).not.toContain('hunter22')
    expect(kept.hosts[0]?.steps[0]).toMatchObject({ slow: true })
    expect(planOf().hosts[0]?.steps[0]).not.toHaveProperty('slow')
  })

  it('move like everything else, without being told', () => {
    const kept = planOf([hostOf([stepOf(secretive)])], { secret: 'hunter22' })
    const other = changeOfFile({
      differences: [{ is: 'text', path: '/etc/app.conf', before: 'p old\n', after: 'p hunter33\n' }],
      script: sh`printf %s ${'hunter33'}`,
    })
    const told = moved(kept, planOf([hostOf([stepOf(other)])], { secret: 'hunter33' }))
    expect(told).toEqual([expect.stringContaining('something of it that is not shown')])
    expect(told.join()).not.toMatch(/hunter\d\d/)
  })
})
