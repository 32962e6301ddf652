import type { Difference } from '../model/change.ts'

/** What is otherwise about one attribute; `undefined`: it is not there. */
export function attribute(name: string, before: string | undefined, after: string | undefined): Difference {
  return { is: 'attribute', name, before, after }
}
