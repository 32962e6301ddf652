import type { Marked } from '../model/marked.ts'
import { itemsOf } from './compare.ts'
import { evaluate } from './evaluate.ts'
import { JinjaError } from './failure.ts'
import type { Expression, Target } from './nodes.ts'
import { type Cell, cellOf, type Frame, type Runtime } from './runtime.ts'
import { isSequence, Namespace, typeWords } from './values.ts'

/** The value of an expression, with the secrets that were read for it. */
export function watchedValue(node: Expression, frame: Frame, run: Runtime): Cell {
  return run.reads.watched(() => evaluate(node, frame, run))
}

/** An error that knows no place gets this one. */
export function placed<T>(at: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof JinjaError) error.offset ??= at
    throw error
  }
}

/** Gives names their values. */
export function assign(target: Target, cell: Cell, frame: Frame, run: Runtime): void {
  if (target.is === 'name') {
    frame.cells.set(target.name, cell)
    return
  }
  if (target.is === 'field') {
    const space = cellOf(frame, target.name)?.value
    if (!(space instanceof Namespace))
      throw new JinjaError(`${target.name} is no namespace, and its parts cannot be set`, {
        offset: target.at,
        next: `write {% set ${target.name} = namespace() %} before it`,
      })
    space.fields.set(target.field, cell.value)
    if (cell.read.length > 0) spoil(space, cell.read, run)
    return
  }
  const parts = placed(target.at, () => itemsOf(cell.value, run.work))
  if (parts.length !== target.targets.length)
    throw new JinjaError(
      `${target.targets.length} names are to be set from ${isSequence(cell.value) ? '' : `${typeWords(cell.value)} of `}${parts.length} values`,
      {
        offset: target.at,
      },
    )
  for (const [index, one] of target.targets.entries()) {
    const part = run.reads.watched(() => parts[index])
    assign(
      one,
      { value: part.value === undefined ? null : part.value, read: [...cell.read, ...part.read] },
      frame,
      run,
    )
  }
}

/** Whoever reads this object from now on has read these secrets. */
export function spoil(object: object, read: readonly Marked[], run: Runtime): void {
  run.spoiled.set(object, [...(run.spoiled.get(object) ?? []), ...read])
}
