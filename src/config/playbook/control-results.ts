import { ofLoop } from '../../model/looped.ts'
import { type Judgement, type Registered, unchanged } from '../../model/resource.ts'
import type { Control, Looped } from '../../model/task.ts'
import { lazily } from '../expressions/scope.ts'

/** What one item of a task that the run carries out comes to. */
export interface Carried {
  readonly controls: readonly Control[]
  readonly result: Registered
}

/** What a task comes to, and what others read of it by `register`; where it judges its own result, as it does. */
export function carried(
  word: string,
  controls: readonly Control[],
  judgement: Judgement | undefined,
): Carried {
  const changed = word === 'add_host' || word === 'group_by'
  const failure = controls.find((one) => one.is === 'fail')
  const raw: Registered = {
    ...unchanged,
    changed,
    failed: failure !== undefined,
    ...(failure ? { rc: 1, msg: failure.message } : {}),
    ...foundIn(controls),
  }
  if (!judgement) return { controls, result: raw }
  const result = judgement.judge(raw)
  if (result.failed === raw.failed) return { controls, result }
  if (failure) return { controls: controls.filter(({ is }) => is !== 'fail'), result }
  const message = 'failed, as the task says of its own result'
  return { controls: [...controls, { is: 'fail', message }], result: { ...result, rc: 1, msg: message } }
}

/** What came of one item, also where it is passed over. */
export interface Turned {
  readonly item?: Looped['item']
  readonly result: Registered
}

/** The result of the whole task: of a loop with those of all its items. */
export function resultOf(turns: readonly Turned[]): Registered {
  const [first] = turns
  if (first && !first.item) return first.result
  return ofLoop(turns.map(({ item, result }) => (item ? { ...result, item } : result)))
}

function foundIn(controls: readonly Control[]): Pick<Registered, 'found'> {
  const said = controls.find((one) => one.is === 'say' && one.told)
  if (said?.is === 'say') return { found: said.told ?? {} }
  const given = controls.find((one) => one.is === 'assign')
  if (given?.is !== 'assign') return {}
  const { values } = given
  return { found: { ansible_facts: lazily(values.keys(), (name) => values.get(name)?.()) } }
}
