import { z } from 'zod'
import { PatternError, pythonRegExp, pythonReplacement } from '../model/python-regexp.ts'

/** A regular expression of Python. */
export const pythonPattern = z.string().check((context) => {
  try {
    pythonRegExp(context.value)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    context.issues.push({ code: 'custom', input: context.value, message: error.message })
  }
})

/** What is wrong with a text that stands for matches of a pattern, whatever they are. */
export function replacementMistake(pattern: string, replacement: string): string | undefined {
  try {
    // Matches, with all its groups, and none of them found.
    const { source, flags } = pythonRegExp(pattern)
    const match = new RegExp(`(?:${source})|`, flags).exec('')
    if (match) pythonReplacement(replacement)(match, match.groups)
  } catch (error) {
    // A pattern that is wrong is told of by itself.
    if (error instanceof PatternError) return error.message
    throw error
  }
  return undefined
}
