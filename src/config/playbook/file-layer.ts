import { InvalidInput } from '../../model/failure.ts'
import type { Sourced } from '../../model/sourced.ts'
import { NeedsFacts } from '../../model/task.ts'
import type { Layer, Scope } from '../expressions/scope.ts'
import { layerOf, NeedsResult } from '../expressions/scope.ts'
import { problem } from '../problem.ts'
import type { VarsFile } from './spec.ts'

type Computed = Extract<VarsFile, { alternatives: readonly Sourced[] }>

/** How values are computed, and mappings become layers. */
interface Means {
  evaluate(sourced: Sourced, scope: Scope): unknown
  written(mapping: Sourced): Layer
}

/**
 * Variables of a file whose name is computed: which one it is shows when the first of them is read, and what it waits for
 * until then is waited for by those names alone that it may give a value.
 */
export function fileLayer(file: Computed, scope: () => Scope, means: Means): Layer {
  let known: Layer | undefined
  const found = () => {
    known ??= chosen(file, scope(), means)
    return known
  }
  const foundOrNothing = () => {
    try {
      return found()
    } catch (error) {
      if (error instanceof NeedsFacts || error instanceof NeedsResult) return unknown
      throw error
    }
  }
  return layerOf(foundOrNothing, {
    has: (name) => {
      const layer = foundOrNothing()
      if (layer !== unknown) return layer.has(name)
      return (file.foreseen === 'any' || file.foreseen.has(name)) && found().has(name)
    },
    get: (name) => found().get(name),
  })
}

const unknown: Layer = new Map()

function chosen({ alternatives, load }: Computed, scope: Scope, { evaluate, written }: Means): Layer {
  const names: string[] = []
  for (const one of alternatives) {
    const name = String(evaluate(one, scope))
    const mapping = load(name)
    if (mapping) return written(mapping)
    names.push(name)
  }
  const [first] = alternatives
  throw new InvalidInput([
    problem(
      'file-missing',
      `there is no file ${names.map((name) => `"${name}"`).join(', nor ')}`,
      first?.origin,
      'add it under vars/ or beside the playbook, or a last one in the list that is always there',
    ),
  ])
}
