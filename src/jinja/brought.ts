import { placed, spoil } from './assign.ts'
import { JinjaError } from './failure.ts'
import type { Statement } from './nodes.ts'
import type { Cell, Frame, Runtime } from './runtime.ts'
import { Namespace, present, typeWords } from './values.ts'

/** Blocks by their names, those of the template that extends the others first. */
export type Blocks = Map<string, (readonly Statement[])[]>

/** Adds the blocks of a template to those of the ones that extend it. */
export function collectBlocks(body: readonly Statement[], blocks: Blocks): void {
  for (const statement of body) {
    if (statement.is === 'block') {
      blocks.set(statement.name, [...(blocks.get(statement.name) ?? []), statement.body])
    }
    if (statement.is === 'if') for (const branch of statement.branches) collectBlocks(branch.body, blocks)
    if ('body' in statement && statement.is !== 'macro') collectBlocks(statement.body, blocks)
    if ('otherwise' in statement) collectBlocks(statement.otherwise, blocks)
  }
}

/** Does a name stand anywhere in these statements? */
export function uses(part: unknown, name: string): boolean {
  if (typeof part !== 'object' || part === null) return false
  if (
    !Array.isArray(part) &&
    (part as { is?: unknown }).is === 'name' &&
    (part as { name?: unknown }).name === name
  )
    return true
  return Object.values(part).some((one) => uses(one, name))
}

/** What is imported sees no variables, unless it is imported "with context". */
export function alone(run: Runtime): Runtime {
  return { ...run, variables: { has: () => false, names: () => [], read: () => undefined } }
}

/** The name of a template. */
export function nameOf(value: unknown, at: number): string {
  if (typeof value === 'string') return value
  placed(at, () => present(value))
  throw new JinjaError(`the name of a template is needed here, and this is ${typeWords(value)}`, {
    offset: at,
  })
}

/** The template of this name. */
export function templateCalled(name: string, run: Runtime) {
  const found = run.template(name)
  if (!found) throw new JinjaError(`there is no template "${name}"`)
  return found
}

/** An error in another template says so. */
export function within<T>(template: { readonly name: string; readonly text: string }, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof JinjaError) error.template ??= template
    throw error
  }
}

/** What an imported template has set, by its names. */
export function moduleOf({ cells }: Frame, run: Runtime): Cell {
  const space = new Namespace()
  for (const [name, cell] of cells) {
    space.fields.set(name, cell.value)
    if (cell.read.length > 0) spoil(space, cell.read, run)
  }
  return { value: space, read: [] }
}
