import { describe, expect, it } from 'vitest'
import { Planned } from '../../src/engine/planned.ts'
import type { PlanInput } from '../../src/engine/planning.ts'
import type { Facts } from '../../src/model/facts.ts'
import type { Resource } from '../../src/model/resource.ts'
import type { Task } from '../../src/model/task.ts'
import { sh } from '../../src/shell/quote.ts'

/** A host with one task, of which is kept how often it was computed and let go of. */
function host(wants: { change: boolean; reads?: (facts: ReadonlyMap<string, Facts>) => unknown }) {
  const counted = { computed: 0, forgotten: 0 }
  const resource: Resource = {
    id: 'file[/x]',
    title: 'x',
    queries: {},
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
    converge: () =>
      wants.change
        ? { summary: 's', differences: [], script: sh`:`, impact: 'none', disturbs: [] }
        : undefined,
  }
  const task: Task = {
    title: 'x',
    origin: { file: 'x.yaml', line: 1, col: 1 },
    expand: ({ facts }) => {
      counted.computed += 1
      wants.reads?.(facts)
      return { is: 'ready', resources: [resource] }
    },
    forget: () => {
      counted.forgotten += 1
    },
  }
  const input: PlanInput = {
    host: 'a',
    plays: [{ play: 'p', tasks: [task] }],
    known: { facts: new Map() },
    answers: new Map(),
    done: new Map(),
    outcomes: new Map(),
    meetings: { at: () => ({ is: 'leading' }), isOpen: () => false, isOver: () => false },
    unreachable: undefined,
    forgiven: -1,
    tries: new Map(),
    memories: new Map(),
    kept: [],
  } as unknown as PlanInput
  return { counted, input }
}

describe('a host that was planned', () => {
  it('lets go of what its plan was made of where nothing is to be done, and is not planned anew for that', () => {
    const { counted, input } = host({ change: false })
    const planned = new Planned()
    const whole = planned.of(input, 0)
    expect(whole.steps[0]?.step.resource).toBeDefined()
    const left = planned.atRest(whole)
    expect(left.steps.map(({ key, step: { resource, ...step } }) => [key, step, resource])).toEqual(
      whole.steps.map(({ key, step: { resource: _, ...step } }) => [key, step, undefined]),
    )
    expect(planned.of(input, 0)).toBe(left)
    expect(counted).toEqual({ computed: 1, forgotten: 1 })
    // Something was done meanwhile: what it wants now is found out again.
    expect(planned.of(input, 1).steps[0]?.step.resource).toBeDefined()
  })

  it('keeps it where something is to be done', () => {
    const { counted, input } = host({ change: true })
    const planned = new Planned()
    const whole = planned.of(input, 0)
    expect(planned.atRest(whole)).toBe(whole)
    expect(counted.forgotten).toBe(0)
  })

  it('is planned anew where facts that it rests on have changed', () => {
    const { counted, input } = host({ change: false, reads: (facts) => facts.get('b') })
    const planned = new Planned()
    const left = planned.atRest(planned.of(input, 0))
    const facts = new Map([['b', { hostname: 'b' } as unknown as Facts]])
    expect(planned.of({ ...input, known: { facts } }, 0)).not.toBe(left)
    expect(counted.computed).toBe(2)
  })
})
