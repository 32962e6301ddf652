import type { Failure } from '../../model/failure.ts'
import { plain, type Sourced } from '../../model/sourced.ts'
import { NeedsFacts } from '../../model/task.ts'
import { resourceOf } from '../../resources/bind.ts'
import { expressionIn } from '../expressions/condition.ts'
import type { Language } from '../expressions/language.ts'
import { textOfFile } from '../expressions/templates.ts'
import { isTemplate } from '../expressions/text.ts'
import { type Contents, pathsOnMachine } from './contents.ts'
import { attempt } from './fields.ts'
import { withHomes } from './homes.ts'
import { hasExpression } from './kinds.ts'
import { metaControls } from './meta.ts'
import type { Entry, PlaySpec, Role, TaskSpec } from './spec.ts'
import { specsIn } from './tree.ts'

/** What texts are checked with. */
interface Means {
  readonly language: Language
  readonly contents: Contents
  /** Were all tasks of this file looked at before? */
  readonly isLookedThrough: (file: string) => boolean
}

/**
 * What is wrong with expressions, conditions and templates whatever hosts and variables there are: what does not parse, names
 * of filters and tests that nobody knows, and files that are not there.
 */
export function staticProblems(
  plays: readonly PlaySpec[],
  /** Tasks of files that are brought in. */
  more: readonly Entry[],
  { language, contents, isLookedThrough }: Means,
): readonly Failure[] {
  const problems: Failure[] = []
  const seen = new Set<unknown>()
  const value = (written: Sourced | undefined): void => {
    if (!written || seen.has(written)) return
    seen.add(written)
    if ('items' in written) for (const one of written.items) value(one)
    else if ('entries' in written) for (const one of written.entries.values()) value(one.value)
    else if (typeof written.scalar === 'string' && !written.literal && isTemplate(written.scalar))
      problems.push(...language.check(written.scalar, 'value', written.origin))
  }
  const condition = (written: Sourced): void => {
    if (!('scalar' in written) || typeof written.scalar !== 'string' || seen.has(written)) return
    seen.add(written)
    const expression = written.scalar === '' ? undefined : expressionIn(written.scalar)
    if (expression !== undefined) problems.push(...language.check(expression, 'expression', written.origin))
  }
  const role = (one: Role | undefined): void => {
    for (const mapping of [one?.defaults, one?.vars, one?.said, one?.params]) value(mapping)
  }
  const entry = (one: Entry): void => {
    if (isLookedThrough(one.origin.file)) return
    for (const text of one.conditions) condition(text)
    for (const text of [...one.vars, ...one.environment, ...one.notify, one.delegateTo, one.name]) value(text)
    for (const text of [
      one.become,
      one.noLog,
      one.ignoreErrors,
      one.ignoreUnreachable,
      one.runOnce,
      one.fatal,
      one.diff,
      one.checkMode,
      one.timeout,
      one.throttle,
      one.delegateFacts,
    ])
      if (typeof text === 'object') value(text)
    for (const text of one.reaching.values()) value(text)
    role(one.role)
    if ('loop' in one) value(one.loop?.items)
    if ('is' in one && one.is === 'include') value(one.named)
    if (!('parameters' in one)) return
    for (const text of [...(one.changedWhen ?? []), ...(one.failedWhen ?? []), ...(one.until ?? [])])
      condition(text)
    if ('is' in one && one.word === 'assert')
      for (const text of listOf(one.parameters, 'that')) condition(text)
    value(one.parameters)
    if ('is' in one) {
      if (one.word === 'meta') attempt(problems, () => metaControls(one.parameters))
      return
    }
    const { source, module } = one.kind
    if (!hasExpression(one.parameters) && !source && !module?.onlyInTurn) attempt(problems, () => made(one))
    const path = attempt(problems, () => contents.look(one))
    if (path === undefined || path.endsWith('.hbs') || seen.has(path)) return
    seen.add(path)
    const text = attempt(problems, () => textOfFile(path))
    if (text !== undefined)
      problems.push(...language.check(text, 'template', { file: path, line: 1, col: 1 }))
  }
  for (const { vars, files = [], tasks, handlers = [] } of plays) {
    for (const one of [...vars, ...files]) if (!('alternatives' in one)) value(one)
    for (const one of specsIn([...tasks, ...handlers])) entry(one)
  }
  for (const one of specsIn(more)) entry(one)
  return problems
}

/** What a task without expressions means, whatever the host. */
function made({ kind, parameters, origin }: TaskSpec): void {
  const options = { noLog: true, ignoreErrors: false, environment: {}, always: false }
  // What is wrong with single fields was told when they were read.
  if (!kind.schema.safeParse(plain(parameters)).success) return
  const fields = withoutHomes(kind, parameters)
  if (fields) resourceOf(kind, plain(fields), { title: kind.name, origin, options })
}

/** The same fields, or nothing where only a machine knows what a path of theirs begins with. */
function withoutHomes(kind: TaskSpec['kind'], fields: Sourced): Sourced | undefined {
  const facts = () => {
    throw new NeedsFacts('the machine')
  }
  try {
    return withHomes(fields, pathsOnMachine(kind, fields), { facts, who: () => ({ environment: {} }) })
  } catch (error) {
    if (error instanceof NeedsFacts) return undefined
    throw error
  }
}

function listOf(parameters: Sourced, name: string): readonly Sourced[] {
  const found = 'entries' in parameters ? parameters.entries.get(name)?.value : undefined
  if (!found) return []
  return 'items' in found ? found.items : [found]
}
