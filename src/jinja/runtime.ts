import type { Marked } from '../model/marked.ts'
import type { Statement } from './nodes.ts'
import type { Outside, Reads, Variables } from './surroundings.ts'
import type { Given, Undefined } from './values.ts'
import type { Work } from './work.ts'

/** What one rendering carries along. */
export interface Runtime {
  readonly variables: Variables
  readonly reads: Reads
  readonly outside: Outside
  readonly work: Work
  /** Secrets in lists and mappings that a template changed. */
  readonly spoiled: WeakMap<object, readonly Marked[]>
  /** Lists and mappings that the template itself made, and may change. */
  readonly own: WeakSet<object>
  /** What stands for a value of a variable since the template changed it: the variable stays as it is. */
  readonly copies: WeakMap<object, object>
  /** Applies a filter by its name. */
  filter(name: string, value: unknown, given: Given): unknown
  /** Asks a test by its name. */
  test(name: string, value: unknown, given: Given): boolean
  /** Reads a template beside this one. */
  template(
    name: string,
  ): { readonly name: string; readonly text: string; readonly body: readonly Statement[] } | undefined
  missing(what: string, names: () => readonly string[], name: string, offset?: number): Undefined
}

/** A variable of the template itself, with the secrets it was made of. */
export interface Cell {
  readonly value: unknown
  readonly read: readonly Marked[]
}

/** Variables that a part of a template has set, and those around it. */
export interface Frame {
  readonly cells: Map<string, Cell>
  readonly around: Frame | undefined
}

/** A frame inside another. */
export function inside(around: Frame | undefined, cells: Map<string, Cell> = new Map()): Frame {
  return { cells, around }
}

/** The cell of a name, from the innermost frame that has it. */
export function cellOf(frame: Frame, name: string): Cell | undefined {
  for (let at: Frame | undefined = frame; at; at = at.around) {
    const found = at.cells.get(name)
    if (found) return found
  }
  return undefined
}
