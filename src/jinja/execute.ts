import { assign, placed, watchedValue } from './assign.ts'
import {
  alone,
  type Blocks,
  collectBlocks,
  moduleOf,
  nameOf,
  templateCalled,
  uses,
  within,
} from './brought.ts'
import { itemsOf } from './compare.ts'
import { argumentsOf, called, evaluate, written } from './evaluate.ts'
import { JinjaError } from './failure.ts'
import { loopAt } from './loop.ts'
import type { Expression, Parameter, Statement } from './nodes.ts'
import { Output, textOfPieces } from './output.ts'
import { type Cell, type Frame, inside, type Runtime } from './runtime.ts'
import { Callable, dict, type Given, isSequence, present, truth, tupleOf, Undefined } from './values.ts'

/** What surrounds the statements of one template. */
export interface Scene {
  readonly run: Runtime
  readonly blocks: Blocks
  /** The template that this one extends, once it said so. */
  parent: string | undefined
}

type Way = 'break' | 'continue' | undefined

/** Runs a whole template, with those that it extends. */
export function executeTemplate(
  body: readonly Statement[],
  frame: Frame,
  output: Output,
  scene: Scene,
): void {
  collectBlocks(body, scene.blocks)
  const own = new Output()
  execute(body, frame, own, scene)
  const { parent, run } = scene
  if (parent === undefined) {
    output.pieces.push(...own.pieces)
    return
  }
  // What stands outside the blocks of a template that extends another is not printed.
  const found = templateCalled(parent, run)
  if (!found) return
  scene.parent = undefined
  within(found, () => run.work.deeper(() => executeTemplate(found.body, frame, output, scene)))
}

/** Runs statements in turn. */
function execute(body: readonly Statement[], frame: Frame, output: Output, scene: Scene): Way {
  for (const statement of body) {
    const way = step(statement, frame, output, scene)
    if (way) return way
  }
  return undefined
}

function step(node: Statement, frame: Frame, output: Output, scene: Scene): Way {
  const { run } = scene
  run.work.spend()
  switch (node.is) {
    case 'text':
      output.words(node.text, run.work)
      return undefined
    case 'print': {
      const { value, read } = watchedValue(node.value, frame, run)
      if (value instanceof Undefined && !value.isLenient) placed(node.at, () => present(value))
      output.print({ value, read, written: node.written }, run.work)
      return undefined
    }
    case 'if': {
      const branch = node.branches.find(({ condition }) =>
        placed(condition.at, () => truth(evaluate(condition, frame, run))),
      )
      return execute(branch?.body ?? node.otherwise, frame, output, scene)
    }
    case 'for':
      loop(node, frame, output, scene, 1)
      return undefined
    case 'set':
      assign(node.target, watchedValue(node.value, frame, run), frame, run)
      return undefined
    case 'set block':
      assign(
        node.target,
        filtered(node.filter, captured(node.body, inside(frame), scene), frame, run),
        frame,
        run,
      )
      return undefined
    case 'with': {
      const own = inside(frame)
      // All values are computed before any name is set.
      for (const [target, cell] of node.values.map(
        ([target, value]) => [target, watchedValue(value, frame, run)] as const,
      ))
        assign(target, cell, own, run)
      return execute(node.body, own, output, scene)
    }
    case 'macro':
      frame.cells.set(node.name, {
        value: macro(node.name, node.parameters, node.body, frame, scene),
        read: [],
      })
      return undefined
    case 'call block': {
      const caller = macro('caller', node.parameters, node.body, frame, scene)
      const call = node.call
      if (call.is !== 'call') return undefined
      const made = run.reads.watched(() => {
        const given = argumentsOf(call.given, frame, run)
        const named = new Map([...given.named, ['caller', caller] as const])
        return placed(call.at, () =>
          called(evaluate(call.of, frame, run), { ...given, named }, () => written(call.of)),
        )
      })
      output.print({ ...made, written: '' }, run.work)
      return undefined
    }
    case 'filter block': {
      const made = filtered(node.filter, captured(node.body, inside(frame), scene), frame, run)
      output.print({ ...made, written: '' }, run.work)
      return undefined
    }
    case 'block':
      // In a template that extends another, a block only says what stands in the other's place.
      if (scene.parent === undefined) block(node.name, 0, frame, output, scene)
      return undefined
    case 'do':
      evaluate(node.value, frame, run)
      return undefined
    case 'break':
    case 'continue':
      return node.is
    default:
      bringIn(node, frame, output, scene)
      return undefined
  }
}

function captured(body: readonly Statement[], frame: Frame, scene: Scene): Cell {
  const { run } = scene
  return run.reads.watched(() => {
    const output = new Output()
    execute(body, frame, output, scene)
    return textOfPieces(output.pieces, run.work, run.reads)
  })
}

/** A text through the filters of its block. */
function filtered(filter: Expression | undefined, cell: Cell, frame: Frame, run: Runtime): Cell {
  if (!filter) return cell
  const apply = (node: Expression | undefined): unknown => {
    if (node?.is !== 'filter') return cell.value
    return placed(node.at, () => run.filter(node.name, apply(node.of), argumentsOf(node.given, frame, run)))
  }
  const made = run.reads.watched(() => apply(filter))
  return { value: made.value, read: [...cell.read, ...made.read] }
}

function loop(
  node: Extract<Statement, { is: 'for' }>,
  frame: Frame,
  output: Output,
  scene: Scene,
  depth: number,
  given?: unknown,
): void {
  const { run } = scene
  const over = given === undefined ? watchedValue(node.over, frame, run) : { value: given, read: [] }
  const all = placed(node.over.at, () => itemsOf(over.value, run.work))
  const cells = Array.from(all.keys(), (index): Cell => {
    run.work.spend()
    const item = run.reads.watched(() => all[index])
    return { value: item.value === undefined ? null : item.value, read: [...over.read, ...item.read] }
  })
  const { filter } = node
  const chosen = filter
    ? cells.filter((cell) => {
        const own = inside(frame)
        assign(node.target, cell, own, run)
        return truth(evaluate(filter, own, run))
      })
    : cells
  const items = chosen.map(({ value }) => value)
  const said = {}
  const again = ({ positional }: Given) => {
    if (!node.recursive)
      throw new JinjaError('this loop is not recursive', { next: 'write {% for … recursive %}' })
    const inner = new Output()
    run.work.deeper(() => loop(node, frame, inner, scene, depth + 1, positional[0]))
    return textOfPieces(inner.pieces, run.work, run.reads)
  }
  for (const [at, cell] of chosen.entries()) {
    const own = inside(frame)
    own.cells.set('loop', { value: loopAt({ items, at, depth, said }, again, run), read: [] })
    assign(node.target, cell, own, run)
    if (execute(node.body, own, output, scene) === 'break') return
  }
  if (chosen.length === 0) execute(node.otherwise, frame, output, scene)
}

function macro(
  name: string,
  parameters: readonly Parameter[],
  body: readonly Statement[],
  around: Frame,
  scene: Scene,
): Callable {
  const { run } = scene
  const names = new Set(parameters.map((parameter) => parameter.name))
  const [takesRest, takesNamed] = [uses(body, 'varargs'), uses(body, 'kwargs')]
  return new Callable(name, ({ positional, named }) => {
    const own = inside(around)
    const strange = [...named.keys()].filter((one) => !names.has(one) && one !== 'caller')
    if (positional.length > parameters.length && !takesRest)
      throw new JinjaError(`${name}() takes ${parameters.length} values, and ${positional.length} are given`)
    if (strange.length > 0 && !takesNamed) throw new JinjaError(`${name}() has no parameter "${strange[0]}"`)
    for (const [index, parameter] of parameters.entries()) {
      const cell = (value: unknown): Cell => ({ value, read: [] })
      const { fallback } = parameter
      if (index < positional.length) own.cells.set(parameter.name, cell(positional[index]))
      else if (named.has(parameter.name)) own.cells.set(parameter.name, cell(named.get(parameter.name)))
      else if (fallback) own.cells.set(parameter.name, watchedValue(fallback, own, run))
      else
        own.cells.set(
          parameter.name,
          cell(new Undefined(`the parameter "${parameter.name}" of ${name}() is not given`)),
        )
    }
    own.cells.set('varargs', { value: tupleOf(positional.slice(parameters.length)), read: [] })
    own.cells.set('kwargs', { value: dict(strange.map((one) => [one, named.get(one)] as const)), read: [] })
    const caller = named.get('caller')
    if (caller !== undefined) own.cells.set('caller', { value: caller, read: [] })
    return run.work.deeper(() => {
      const output = new Output()
      execute(body, own, output, scene)
      return textOfPieces(output.pieces, run.work, run.reads)
    })
  })
}

function block(name: string, level: number, frame: Frame, output: Output, scene: Scene): void {
  const versions = scene.blocks.get(name) ?? []
  const own = inside(frame)
  const { run } = scene
  own.cells.set('super', {
    value: new Callable('super', () => {
      if (level + 1 >= versions.length) throw new JinjaError(`there is no block "${name}" above this one`)
      const inner = new Output()
      block(name, level + 1, frame, inner, scene)
      return textOfPieces(inner.pieces, run.work, run.reads)
    }),
    read: [],
  })
  run.work.deeper(() => execute(versions[level] ?? [], own, output, scene))
}

function bringIn(node: Statement, frame: Frame, output: Output, scene: Scene): void {
  const { run } = scene
  if (node.is === 'extends') {
    scene.parent = nameOf(evaluate(node.template, frame, run), node.at)
    placed(node.at, () => templateCalled(scene.parent ?? '', run))
    return
  }
  if (node.is !== 'include' && node.is !== 'import' && node.is !== 'from') return
  const named = evaluate(node.template, frame, run)
  const names = isSequence(named) ? named.map((one) => nameOf(one, node.at)) : [nameOf(named, node.at)]
  const found = names.map((name) => run.template(name)).find((one) => one !== undefined)
  if (!found) {
    if (node.is === 'include' && node.ignoreMissing) return
    throw new JinjaError(`there is no template "${names.join('" or "')}"`, {
      offset: node.at,
      next: 'it is looked for beside this one, and in the templates of the role and the playbook',
    })
  }
  within(found, () =>
    run.work.deeper(() => {
      const own = inside(node.withContext ? frame : undefined)
      const theirs: Scene = { run: node.withContext ? run : alone(run), blocks: new Map(), parent: undefined }
      const isIncluded = node.is === 'include'
      executeTemplate(found.body, own, isIncluded ? output : new Output(), theirs)
      if (isIncluded) return
      if (node.is === 'import') frame.cells.set(node.name, moduleOf(own, run))
      else
        for (const [name, as] of node.names) {
          const value = () => run.missing(found.name, () => [...own.cells.keys()], name, node.at)
          frame.cells.set(as, own.cells.get(name) ?? { value: value(), read: [] })
        }
    }),
  )
}
