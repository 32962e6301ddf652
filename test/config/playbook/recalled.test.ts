import { describe, expect, it } from 'vitest'
import { createOutside } from '../../../src/config/outside.ts'
import { recalled } from '../../../src/config/playbook/recalled.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { unchanged } from '../../../src/model/resource.ts'
import type { Expansion, Knowledge, Task } from '../../../src/model/task.ts'

const skipped: Expansion = { is: 'skipped' }
const factsOf = (name: string) => ({ hostname: name }) as unknown as Facts
const nothing: Knowledge = { facts: new Map(), registered: new Map() }

/** A computation that reads so much, and how often it was made. */
function counted(read: (known: Knowledge) => unknown, outside = createOutside()) {
  const seen: unknown[] = []
  const { expand, forget } = recalled((known) => {
    seen.push(read(known))
    return skipped
  }, outside)
  return { expand, forget, seen, outside }
}

describe('an expansion', () => {
  it('is made anew once it was let go of, with all that it brought in', () => {
    const forgotten: string[] = []
    const part = (title: string): Task => ({
      title,
      origin: { file: 'x.yaml', line: 1, col: 1 },
      expand: () => skipped,
      forget: () => forgotten.push(title),
    })
    const handler = { id: 'h', task: part('handler'), names: [], topics: [] }
    const brought: Expansion = {
      is: 'tasks',
      tasks: [part('one')],
      rescue: [part('two')],
      handlers: [handler],
    }
    let times = 0
    const { expand, forget } = recalled(() => {
      times += 1
      return brought
    }, createOutside())
    expand(nothing)
    expand(nothing)
    expect(times).toBe(1)
    forget()
    expect(forgotten).toEqual(['one', 'two', 'handler'])
    expand(nothing)
    expect(times).toBe(2)
  })

  it('is made anew where the facts that it read are others, and not where others are', () => {
    const { expand, seen } = counted(({ facts }) => facts.get('a'))
    const [a, other] = [factsOf('a'), factsOf('a again')]
    expand({ ...nothing, facts: new Map([['a', a]]) })
    expand({ ...nothing, facts: new Map([['a', a], ['b', factsOf('b')]]) }) // biome-ignore format: one line
    expand({ ...nothing, facts: new Map([['a', other]]) })
    expand(nothing)
    expect(seen).toEqual([a, other, undefined])
  })

  it('is made anew where a name that it missed is there, or one that it waited for has come', () => {
    const { expand, seen } = counted(({ registered, coming }) => [registered.has('x'), coming?.has('x')])
    const waiting = { ...nothing, coming: new Set(['x']) }
    expand(waiting)
    expand({ ...waiting, coming: new Set(['x', 'y']) })
    expand({ ...nothing, coming: new Set() })
    expand({ ...nothing, coming: new Set(), registered: new Map([['x', unchanged]]) })
    expect(seen).toEqual([
      [false, true],
      [false, false],
      [true, false],
    ])
  })

  it('that went through everything is made anew where anything is more or less', () => {
    const { expand, seen } = counted(({ assigned = new Map() }) => [...assigned.keys()])
    const [one, two] = [() => 1, () => 2]
    expand({ ...nothing, assigned: new Map([['one', one]]) })
    expand({ ...nothing, assigned: new Map([['one', one]]) })
    expand({ ...nothing, assigned: new Map([['one', one], ['two', two]]) }) // biome-ignore format: one line
    expand({ ...nothing, assigned: new Map([['two', two]]) })
    expect(seen).toEqual([['one'], ['one', 'two'], ['two']])
  })

  it('that read what another host knows is made anew where that is something else', () => {
    const { expand, seen } = counted(({ others }) => others?.('b')?.registered.get('x')?.rc)
    const knowing = (rc: number, more = 'y'): Knowledge => ({
      ...nothing,
      registered: new Map([
        ['x', rc === 1 ? first : { ...unchanged, rc }],
        [more, unchanged],
      ]),
    })
    const first = { ...unchanged, rc: 1 }
    const others = (its: Knowledge | undefined) => ({ ...nothing, others: () => its })
    expand(others(knowing(1)))
    expand(others(knowing(1, 'z')))
    expand(others(knowing(2)))
    expand(others(undefined))
    expand(nothing)
    expect(seen).toEqual([1, 2, undefined, undefined])
  })

  it('that read this computer is always made anew', () => {
    const outside = createOutside()
    const { expand, seen } = counted(() => outside.note(), outside)
    expand(nothing)
    expand(nothing)
    expect(seen).toHaveLength(2)
  })

  it('reads what it reads later of what is known by then', () => {
    let late: (() => unknown) | undefined
    const { expand } = recalled((known) => {
      late = () => known.registered.get('x')?.rc
      return skipped
    }, createOutside())
    expand(nothing)
    expand({ ...nothing, registered: new Map([['x', { ...unchanged, rc: 7 }]]) })
    expect(late?.()).toBe(7)
  })

  it('counts for whoever stands around it, also where it was known', () => {
    const outside = createOutside()
    const inner = counted(({ facts }) => facts.get('a'), outside)
    const outer = counted((known) => inner.expand(known), outside)
    const facts = new Map([['a', factsOf('a')]])
    inner.expand({ ...nothing, facts })
    outer.expand({ ...nothing, facts })
    expect([inner.seen.length, outer.seen.length]).toEqual([1, 1])
    outer.expand({ ...nothing, facts: new Map([['a', factsOf('another')]]) })
    expect([inner.seen.length, outer.seen.length]).toEqual([2, 2])
  })
})
