import { createEngine, type Piece, type Rendered } from '../../jinja/engine.ts'
import { JinjaError, TooMuch } from '../../jinja/failure.ts'
import type { Style } from '../../jinja/style.ts'
import type { Surroundings } from '../../jinja/surroundings.ts'
import { present } from '../../jinja/values.ts'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import type { Outside } from '../outside.ts'
import type { SecretReads } from '../secret-reads.ts'
import { type SecretSources, secretSources } from '../secret-sources.ts'
import { inTime, TooSlow } from '../time-limit.ts'
import { expressionFailure, lookupFailure, templateFailure } from './explain.ts'
import { lookupNames, lookups } from './lookups.ts'
import { filesMatching, isPath, pathAs } from './paths.ts'
import type { Scope } from './scope.ts'
import { templateBeside } from './templates.ts'

/** Jinja2 as Ansible speaks it; what it has parsed it keeps as long as it lives. All throw InvalidInput, and whatever reading a variable throws. */
export interface Language {
  /** The value of an expression without braces. */
  evaluate(expression: string, scope: Scope, origin: Origin): unknown
  /** What a text with `{{ }}` in it comes to. */
  render(text: string, scope: Scope, origin: Origin): Rendered
  /** The list that a lookup gives for these terms. */
  lookup(name: string, terms: readonly unknown[], scope: Scope, origin: Origin): readonly unknown[]
  /** The pieces of a template's file. */
  template(path: string, text: string, scope: Scope, style?: Style): readonly Piece[]
  /** What is wrong with a text whatever its variables turn out to be; `origin` is where it stands, or its file. */
  check(text: string, as: 'expression' | 'value' | 'template', origin: Origin): readonly Failure[]
}

/** The language of one run; `reads` is told of the secrets it meets, `sources` decrypts files, `outside` of what it reads of this computer. */
export function createLanguage(
  reads: SecretReads,
  outside: Outside,
  sources: SecretSources = secretSources(),
): Language {
  const engine = createEngine()

  /** The same function, of whose calls is told. */
  function noted<Given extends readonly unknown[], T>(read: (...given: Given) => T): (...given: Given) => T {
    return (...given) => {
      outside.note()
      return read(...given)
    }
  }

  function around(scope: Scope, origin: Origin): Surroundings {
    return {
      variables: scope,
      reads,
      outside: {
        inTime,
        now: noted(() => new Date()),
        chance: noted((limit) => Math.floor(Math.random() * limit)),
        zone: (time) => -time.getTimezoneOffset(),
        template: noted((name) => templateBeside(name, origin.file, scope)),
        lookup: noted((name) => lookups(name, { scope, origin, reads, sources, render: template })),
        lookups: lookupNames,
        isMistake: (error) => error instanceof JinjaError || error instanceof InvalidInput,
        isPath: noted(isPath),
        path: noted(pathAs),
        files: noted(filesMatching),
      },
    }
  }

  /** What took too long once is not tried again for each host. */
  const endless = new Map<string, unknown>()

  function tried<T>(
    text: string,
    { file, line, col }: Origin,
    work: () => T,
    tell: (error: unknown) => unknown,
  ): T {
    const key = () => `${file}:${line}:${col} ${text}`
    const known = endless.size > 0 ? endless.get(key()) : undefined
    if (known !== undefined) throw known
    try {
      return work()
    } catch (error) {
      const told = tell(error)
      if (error instanceof TooMuch || error instanceof TooSlow) endless.set(key(), told)
      throw told
    }
  }

  const template: Language['template'] = (path, text, scope, style) => {
    const origin = { file: path, line: 1, col: 1 }
    return tried(
      text,
      origin,
      () => engine.template(text, around(scope, origin), style),
      (error) => templateFailure(error, path, text),
    )
  }

  return {
    evaluate: (expression, scope, origin) =>
      tried(
        expression,
        origin,
        () => present(engine.evaluate(expression, around(scope, origin))),
        (error) => expressionFailure(error, expression, origin),
      ),
    render: (text, scope, origin) =>
      tried(
        text,
        origin,
        () => engine.value(text, around(scope, origin)),
        (error) => expressionFailure(error, text, origin),
      ),
    lookup: (name, terms, scope, origin) => {
      try {
        return engine.lookup(name, terms, around(scope, origin))
      } catch (error) {
        throw lookupFailure(error, origin)
      }
    },
    template,
    check: (text, as, origin) =>
      engine.check(text, as).flatMap((error) => {
        const told =
          as === 'template'
            ? templateFailure(error, origin.file, text)
            : expressionFailure(error, text, origin)
        return told instanceof InvalidInput ? told.problems : []
      }),
  }
}
