import type { Control, Expansion } from '../model/task.ts'
import type { Coming, Flow } from './flow.ts'

/** What carries out what a task says to the run itself; numbers tell its parts apart. */
interface Means {
  flush(index: number): Flow
  give(control: Extract<Control, { is: 'assign' }>): void
  tell(index: number, text: string): void
}

/** Carries out what a task says to the run itself; `wrong` is why it has failed, where it says so. */
export function controlled(
  { controls, result }: Extract<Expansion, { is: 'control' }>,
  { flush, give, tell }: Means,
): { readonly coming: Coming; readonly wrong?: string } {
  let wrong: string | undefined
  for (const [index, control] of controls.entries()) {
    switch (control.is) {
      case 'flush': {
        const flow = flush(index)
        if (flow !== 'on') return { coming: { flow } }
        break
      }
      case 'end':
        return { coming: { flow: control.of === 'role' ? 'left' : 'ended', result } }
      case 'assign':
        give(control)
        break
      case 'say':
        tell(index, control.text)
        break
      case 'fail':
        tell(index, control.message)
        wrong = control.message
        break
      case 'forgive':
        break
    }
  }
  if (wrong !== undefined) return { coming: { flow: 'failed', result }, wrong }
  return { coming: { flow: 'on', result, ...(result.changed ? { notifies: 'surely' } : {}) } }
}
