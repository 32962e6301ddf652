import type { Failure } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { problemInText } from '../problem.ts'
import { suggestion } from '../suggest.ts'
import { blockHelpers, functions } from './functions.ts'

/** The helper through which everything printed goes, so that nothing but text and numbers is. */
export const printing = 'understudy print'

/** The helper before it: what is read from there on is read for what is printed. */
export const beginning = 'understudy begin'

/** The template whose tree is prepared. */
export interface TemplateText {
  readonly text: string
  readonly file: string
  /** Names of templates that `{{> name}}` can mean here. */
  readonly partials: readonly string[]
  /** Remembers a place, and what is printed there, and gives its number. */
  place(origin: Origin, expression: string): number
}

type Node = hbs.AST.Node
type Call = Pick<hbs.AST.MustacheStatement, 'path' | 'params' | 'hash'>

/**
 * Makes a parsed template strict where Handlebars is not: arguments must be defined, functions and partials known,
 * and what is printed must be text or a number. Changes the tree; returns what is wrong with it.
 */
export function prepare(program: hbs.AST.Program, template: TemplateText): readonly Failure[] {
  const problems: Failure[] = []
  const originOf = ({ loc }: Node): Origin => ({
    file: template.file,
    line: loc.start.line,
    col: loc.start.column + 1,
  })
  const lines = template.text.split('\n')
  const sourceOf = ({ loc: { start, end } }: Node) => {
    const of = lines.slice(start.line - 1, end.line)
    const after = (of.at(-1) ?? '').length - end.column
    const whole = of.join('\n')
    return whole.slice(start.column, whole.length - after)
  }
  const complain = (node: Node, message: string, next?: string) =>
    problems.push(problemInText('template-call', template.text, originOf(node), message, next))

  function block({ body }: hbs.AST.Program): void {
    for (const statement of body) visit(statement)
    for (const [index, statement] of [...body.entries()].toReversed())
      if (statement.type === 'MustacheStatement') body.splice(index, 0, helperAt(beginning, statement))
  }

  function visit(node: Node): void {
    if (node.type === 'MustacheStatement') print(node as hbs.AST.MustacheStatement)
    else if (node.type === 'BlockStatement') enter(node as hbs.AST.BlockStatement)
    else if (node.type === 'PartialStatement') include(node as hbs.AST.PartialStatement)
    else if (/^(PartialBlock|Decorator)/.test(node.type))
      complain(node, 'blocks with > or * are not supported', 'use {{> name}} with a file of its own')
  }

  function print(statement: hbs.AST.MustacheStatement): void {
    const { path, params, hash, loc } = statement
    const called = params.length > 0 || hash !== undefined || nameOf(path) in functions
    if (called) call(statement, Object.keys(functions).concat('lookup'), 'helper')
    else required(path)
    const value = called ? { type: 'SubExpression', path, params, hash, loc } : path
    const number = {
      type: 'NumberLiteral',
      value: template.place(originOf(statement), sourceOf(statement)),
      original: 0,
      loc,
    }
    Object.assign(statement, helperAt(printing, statement), { params: [value, number] })
  }

  function enter(statement: hbs.AST.BlockStatement): void {
    call(statement, blockHelpers, 'block')
    if (statement.program) block(statement.program)
    if (statement.inverse) block(statement.inverse)
  }

  function include(statement: hbs.AST.PartialStatement): void {
    const name = nameOf(statement.name)
    if (!template.partials.includes(name))
      complain(
        statement,
        `there is no template "${name}.hbs" beside this one, beside the playbook or among those that come along`,
        suggestion(name, template.partials),
      )
    inputs(statement)
  }

  function call(node: Call & Node, known: readonly string[], kind: string): void {
    const name = nameOf(node.path)
    if (!known.includes(name))
      complain(
        node,
        `there is no ${kind} called ${quoted(name)}`,
        kind === 'block' ? blockHint(name) : suggestion(name, known),
      )
    inputs(node)
  }

  function inputs({ params, hash }: Pick<Call, 'params' | 'hash'>): void {
    for (const input of [...params, ...(hash?.pairs ?? []).map((pair) => pair.value)]) {
      if (input.type === 'SubExpression')
        call(input as hbs.AST.SubExpression, Object.keys(functions).concat('lookup'), 'helper')
      else required(input)
    }
  }

  block(program)
  return problems
}

/** Handlebars takes a missing argument for nothing; with this mark it does not. */
function required(node: Node): void {
  if (node.type === 'PathExpression') Object.assign(node, { strict: true })
}

function blockHint(name: string): string {
  return suggestion(name, blockHelpers)?.startsWith('did') === true
    ? (suggestion(name, blockHelpers) ?? '')
    : `write {{#each ${name}}} to repeat it for each item, or {{#if ${name}}}`
}

/** A call of one of our own helpers, with nothing to tell it. */
function helperAt(name: string, { loc }: Node): hbs.AST.MustacheStatement {
  const path = { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc } as const
  const strip = { open: false, close: false }
  return { type: 'MustacheStatement', path, params: [], hash: undefined as never, escaped: false, strip, loc }
}

function nameOf(node: Node): string {
  return 'original' in node ? String(node.original) : ''
}
