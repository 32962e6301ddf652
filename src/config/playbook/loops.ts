import { InvalidInput } from '../../model/failure.ts'
import type { Looped } from '../../model/task.ts'
import type { Scope } from '../expressions/scope.ts'
import { typeName } from '../expressions/values.ts'
import { problem } from '../problem.ts'
import { once } from '../secret-reads.ts'
import { attempted, type Expanding, type Waiting, waitingOn } from './expanding.ts'
import { listOf } from './loop-lists.ts'
import type { Inherited, Loop } from './spec.ts'
import type { LoopItem } from './variables.ts'

/** One item of a loop: the variables it brings, and the item by itself. */
export interface Turn {
  readonly variables: readonly LoopItem[]
  readonly item?: Looped['item']
  /** It is not the first one. */
  readonly follows?: boolean
}

/** What of a task decides how often it comes. */
export type Repeated = Pick<Inherited, 'conditions'> & { readonly loop?: Loop }

/** A longer loop is a mistake. */
const most = 100_000

/** Items of the loop; none where the condition rules the task out whatever they are. */
export function turnsOf(
  spec: Repeated,
  scope: Scope,
  expanding: Pick<Expanding, 'resolver' | 'reads' | 'inventory' | 'outside' | 'hosts'>,
): { readonly all: readonly Turn[] } | { readonly on: Waiting } {
  const { loop, conditions } = spec
  if (!loop) return { all: [{ variables: [] }] }
  const ruledOut = () => {
    const decided = attempted(() => conditions.some((one) => !expanding.resolver.condition(one, scope)))
    return 'value' in decided && decided.value
  }
  const { reads } = expanding
  const computed = attempted(() => reads.watched(() => listOf(loop, scope, expanding)))
  if (!('value' in computed)) {
    if (ruledOut()) return { all: [] }
    return { on: waitingOn(computed.error, expanding) }
  }
  const { value, read } = computed.value
  if (!Array.isArray(value)) {
    if (ruledOut()) return { all: [] }
    throw new InvalidInput([
      problem('playbook-loop', `a loop needs a list, and this is ${typeName(value)}`, loop.items.origin),
    ])
  }
  if (value.length > most)
    throw new InvalidInput([
      problem(
        'playbook-loop',
        `a loop has at most ${most} items, and this one ${value.length}`,
        loop.items.origin,
      ),
    ])
  const item = (index: number) => {
    reads.note(read)
    return value[index]
  }
  return {
    all: Array.from(value.keys(), (index) =>
      turnOf(
        loop,
        index,
        value.length,
        once(reads, () => item(index)),
        item,
      ),
    ),
  }
}

function turnOf(
  loop: Loop,
  index: number,
  length: number,
  read: () => unknown,
  itemAt: (index: number) => unknown,
): Turn {
  const { variable, index: numbered, extended } = loop
  const about = () => ({
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
    ...(index > 0 ? { previtem: itemAt(index - 1) } : {}),
    ...(index < length - 1 ? { nextitem: itemAt(index + 1) } : {}),
    ...(extended === 'with all items' ? { allitems: Array.from({ length }, (_, at) => itemAt(at)) } : {}),
  })
  const item = { name: variable, read }
  return {
    item,
    follows: index > 0,
    variables: [
      item,
      { name: 'ansible_loop_var', read: () => variable },
      ...(numbered === undefined
        ? []
        : [
            { name: numbered, read: () => index },
            { name: 'ansible_index_var', read: () => numbered },
          ]),
      ...(extended ? [{ name: 'ansible_loop', read: about }] : []),
    ],
  }
}
