import { Environment, type ParseResult } from '@marcbachmann/cel-js'
import { Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { inTime, TooSlow } from '../time-limit.ts'
import { celFailure, inExpression, isMissing } from './explain.ts'
import type { Scope } from './scope.ts'
import { exchange } from './values.ts'

/** The expression language; what it has parsed it keeps as long as it lives. */
export interface Language {
  /** The value of an expression. Throws InvalidInput, and whatever reading a variable throws. */
  evaluate(expression: string, scope: Scope, origin: Origin): unknown
}

/** CEL with a few functions for Ansible's users; docs/playbooks.md lists them. */
export function createLanguage(): Language {
  const environment = ourEnvironment()
  const parsed = new Map<string, ParseResult>()
  const { inward, outward } = exchange()

  function run(expression: string, scope: Scope): unknown {
    const program = parsed.get(expression) ?? environment.parse(expression)
    parsed.set(expression, program)
    const context = contextOf(scope, inward)
    // Only a regular expression can take for ever, and looking at the clock takes longer than the rest.
    return outward(expression.includes('matches') ? inTime(() => program(context)) : program(context))
  }

  return {
    evaluate: (expression, scope, origin) => {
      try {
        return run(expression, scope)
      } catch (error) {
        if (error instanceof TooSlow) throw new InvalidInput([tooSlow(expression, origin)])
        throw celFailure(error, expression, origin, {
          names: () => scope.names(),
          evaluate: (part) => run(part, scope),
        })
      }
    },
  }
}

function tooSlow(expression: string, origin: Origin): Failure {
  const message = 'this takes longer than a second: a regular expression in it has too many ways to match'
  const next = 'write it without repetitions inside repetitions, such as (a+)+'
  return inExpression(expression, Math.max(0, expression.indexOf('matches')), origin, message, next)
}

/** CEL asks for variables by plain property access, one by one. */
function contextOf(scope: Scope, inward: (value: unknown) => unknown): Record<string, unknown> {
  return new Proxy(Object.create(null), {
    get: (_, name) => (typeof name === 'string' && scope.has(name) ? inward(scope.read(name)) : undefined),
  })
}

/** What CEL hands to a macro and asks of it. */
interface Macro {
  readonly args: readonly unknown[]
}
interface Checker {
  check(node: unknown, context: unknown): unknown
  getType(name: string): unknown
}
interface Evaluator {
  run(node: unknown, context: unknown): unknown
}

function ourEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
  })
  const macro = (
    type: string,
    evaluate: (run: (argument: number) => unknown) => unknown,
  ): ((call: Macro) => unknown) => {
    return ({ args }) => ({
      args,
      async: false,
      typeCheck: (checker: Checker, _: unknown, context: unknown) => {
        for (const argument of args) checker.check(argument, context)
        return checker.getType(type)
      },
      evaluate: (evaluator: Evaluator, _: unknown, context: unknown) =>
        evaluate((argument) => evaluator.run(args[argument], context)),
    })
  }
  environment.registerFunction(
    'default(ast, ast): dyn',
    macro('dyn', (run) =>
      unlessMissing(
        () => run(0),
        () => run(1),
      ),
    ),
  )
  environment.registerFunction(
    'defined(ast): bool',
    macro('bool', (run) =>
      unlessMissing(
        () => run(0) !== undefined,
        () => false,
      ),
    ),
  )
  environment.registerFunction('json(dyn): string', (value: unknown) => JSON.stringify(value, plainNumbers))
  environment.registerFunction(
    'string.replace(string, string): string',
    (text: string, from: string, to: string) => text.replaceAll(from, () => to),
  )
  environment.registerOperator('string in string', (part: string, whole: string) => whole.includes(part))
  for (const [operator, compute] of Object.entries(arithmetic))
    for (const types of [`int ${operator} double`, `double ${operator} int`])
      environment.registerOperator(types, (a: number | bigint, b: number | bigint) =>
        compute(Number(a), Number(b)),
      )
  return environment
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}

function unlessMissing(value: () => unknown, otherwise: () => unknown): unknown {
  try {
    return value()
  } catch (error) {
    if (error instanceof Failure || error instanceof InvalidInput || !isMissing(error)) throw error
    return otherwise()
  }
}

function plainNumbers(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}
