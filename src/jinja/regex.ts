import { PatternError, pythonRegExp, pythonReplacement } from '../model/python-regexp.ts'
import { JinjaError } from './failure.ts'

/** Python's flags that count here. */
export interface RegexFlags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
}

/** A regular expression of Python's, to be looked for everywhere in a text. Throws JinjaError. */
export function regexOf(pattern: string, { ignoreCase, multiline }: RegexFlags): RegExp {
  return inJinja(() => pythonRegExp(pattern, `g${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}`))
}

/** Can this expression need more than a moment? It needs two repetitions without a bound for that. */
export function maySlow(regex: RegExp): boolean {
  return (regex.source.match(/[*+]|\{\d+,/g)?.length ?? 0) > 1
}

/** What a match is replaced by. Throws JinjaError, now or when it is asked. */
export function replacement(template: string): ReturnType<typeof pythonReplacement> {
  const made = pythonReplacement(template)
  return (match, groups) => inJinja(() => made(match, groups))
}

function inJinja<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new JinjaError(error.message, error.next === undefined ? {} : { next: error.next })
  }
}
