import type { JinjaError } from './failure.ts'
import { foundWords, type Stream } from './tokens.ts'

/** Items with commas between brackets. */
export function parseItems<T>(stream: Stream, open: string, close: string, item: () => T): readonly T[] {
  stream.expect(open)
  const items: T[] = []
  while (!stream.is(close)) {
    if (items.length > 0) stream.expect(',')
    if (stream.is(close)) break
    items.push(item())
  }
  stream.next()
  return items
}

/** What is said where an expression should begin. */
export function unexpected(stream: Stream): JinjaError {
  const { current } = stream
  if (current.is === 'end' || current.is === 'print end' || current.is === 'block end')
    return stream.fail('an expression is missing here', current, 'write a variable or a comparison')
  return stream.fail(`an expression is missing ${foundWords(current)}`)
}

/** What to write instead of what other languages have, if the token that is too much is of that kind. */
export function tooMuch(stream: Stream): JinjaError {
  const { current } = stream
  const next =
    current.text === '='
      ? 'write == to compare'
      : current.is === 'string' || current.is === 'name' || current.is === 'int'
        ? 'write an operator before it, or ~ to join texts'
        : undefined
  return stream.fail(`"${current.text}" was not expected here`, current, next)
}
