import type { Failure } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { problemInText } from '../problem.ts'

/** What Handlebars' parser complains about, in plain words and at its place. */
export function templateProblem(error: unknown, text: string, file: string): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const unclosed = message.endsWith("got 'EOF'") ? unclosedBlock(text, file) : undefined
  if (unclosed)
    return problemInText(
      'template-unclosed',
      text,
      unclosed.origin,
      `{{#${unclosed.name}}} is never closed`,
      `write {{/${unclosed.name}}} where it ends`,
    )
  const [, line, excerpt = '', pointer = ''] = /^Parse error on line (\d+):\n(.*)\n(-*)\^/.exec(message) ?? []
  if (line !== undefined) {
    const origin = { file, line: Number(line), col: columnOf(text, Number(line), excerpt, pointer.length) }
    return problemInText('template-syntax', text, origin, ...explanation(text, origin, message))
  }
  const [, opened, closed, row, column] = /^(\S+) doesn't match (\S+) - (\d+):(\d+)$/.exec(message) ?? []
  if (opened !== undefined) {
    const origin = { file, line: Number(row), col: Number(column) + 1 }
    return problemInText(
      'template-unclosed',
      text,
      origin,
      `{{#${opened}}} is closed by {{/${closed}}}`,
      `write {{/${opened}}} where it ends`,
    )
  }
  return problemInText('template-syntax', text, placeIn(error, file), message.replace(/ - \d+:\d+$/, ''))
}

/** Where an exception of Handlebars says it happened. */
export function placeIn(error: unknown, file: string): Origin {
  const { lineNumber, column } = { lineNumber: 1, column: 0, ...(error as object) }
  return { file, line: Number(lineNumber ?? 1), col: Number(column ?? 0) + 1 }
}

function explanation(
  text: string,
  { line, col }: Origin,
  message: string,
): readonly [message: string, next?: string] {
  const rest = (text.split('\n')[line - 1] ?? '').slice(col - 1)
  if (message.endsWith("got 'OPEN_ENDBLOCK'")) return ['this closes a block that was not opened', 'remove it']
  if (message.endsWith("got 'INVERSE'")) return ['{{else}} stands outside a block', 'remove it']
  return [
    `Handlebars does not understand ${quoted(rest.split(/\s/)[0] || '{{')}`,
    'templates print names and call helpers, as in {{name}} or {{#if (eq a b)}}; compute a value in "vars" of the task',
  ]
}

/** The parser shows up to 20 characters before the error, with line breaks left out; only those of its line count. */
function columnOf(text: string, line: number, excerpt: string, length: number): number {
  const whole = text.split('\n')[line - 1] ?? ''
  const before = excerpt.slice(0, length).replace(/^\.\.\./, '')
  for (let from = 0; from < before.length; from++) {
    const tail = before.slice(from)
    const at = whole.indexOf(tail)
    if (at >= 0) return at + tail.length + 1
  }
  return 1
}

function unclosedBlock(text: string, file: string): { name: string; origin: Origin } | undefined {
  const open: { name: string; at: number }[] = []
  for (const match of text.matchAll(/\{\{~?([#/])[*>]?\s*([^\s}~]+)/g)) {
    if (match[1] === '/') open.pop()
    else open.push({ name: match[2] ?? '', at: match.index })
  }
  const last = open.at(-1)
  if (!last) return undefined
  const before = text.slice(0, last.at).split('\n')
  return {
    name: last.name,
    origin: { file, line: before.length, col: (before.at(-1) ?? '').length + 1 },
  }
}
