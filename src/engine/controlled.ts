import { type Registered, unchanged } from '../model/resource.ts'
import type { Control, Expansion } from '../model/task.ts'
import type { Coming, Flow } from './flow.ts'

/** What carries out what a task says to the run itself; numbers tell its parts apart. */
interface Means {
  flush(index: number): Flow
  give(control: Extract<Control, { is: 'assign' }>): void
  tell(index: number, text: string): void
}

/** Carries out what a task says to the run itself; `wrong` is its result where it says that it has failed. */
export function controlled(
  { controls, changed }: Extract<Expansion, { is: 'control' }>,
  { flush, give, tell }: Means,
): { readonly coming: Coming; readonly wrong?: Registered } {
  let wrong: Registered | undefined
  for (const [index, control] of controls.entries()) {
    switch (control.is) {
      case 'flush': {
        const flow = flush(index)
        if (flow !== 'on') return { coming: { flow } }
        break
      }
      case 'end':
        return { coming: { flow: control.of === 'role' ? 'left' : 'ended', result: unchanged } }
      case 'assign':
        give(control)
        break
      case 'say':
        tell(index, control.text)
        break
      case 'fail':
        tell(index, control.message)
        wrong = { ...unchanged, failed: true, msg: control.message }
        break
      case 'forgive':
        break
    }
  }
  if (wrong) return { coming: { flow: 'failed', result: wrong }, wrong }
  const result = { ...unchanged, changed: changed === true }
  return { coming: { flow: 'on', result, ...(changed ? { notifies: 'surely' } : {}) } }
}
