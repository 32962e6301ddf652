/** The words of a command line, and what is wrong with it if something is. */
export interface Split {
  readonly words: readonly string[]
  readonly problem?: string
}

const operator = /^(?:[|&;<>]+|\d?>{1,2}(?:&\d)?)$/

/**
 * Splits a command line into words by the quoting rules of POSIX sh: quotes and backslashes work, nothing is
 * expanded. A lone operator such as `|` is a problem, because no shell will be there to heed it.
 */
export function splitWords(text: string): Split {
  const words: string[] = []
  let word: string | undefined
  let bare = true
  const end = (): string | undefined => {
    if (word === undefined) return undefined
    if (bare && operator.test(word)) return word
    words.push(word)
    word = undefined
    bare = true
    return undefined
  }
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (/\s/.test(character)) {
      const found = end()
      if (found)
        return { words, problem: `\`${found}\` means something to a shell only, and there is none here` }
    } else if (character === "'" || character === '"') {
      const [inner, length] = quoted(text, at)
      if (inner === undefined) return { words, problem: `the quote ${character} is never closed` }
      word = (word ?? '') + inner
      bare = false
      at += length - 1
    } else if (character === '\\') {
      at += 1
      if (text[at] === undefined) return { words, problem: 'it ends in a backslash' }
      if (text[at] !== '\n') word = (word ?? '') + text[at]
      bare = false
    } else {
      word = (word ?? '') + character
    }
  }
  const found = end()
  if (found) return { words, problem: `\`${found}\` means something to a shell only, and there is none here` }
  return words.length > 0 ? { words } : { words, problem: 'it names no command' }
}

/** What stands between quotes, and how many characters that took with them; `undefined` where they never close. */
function quoted(text: string, start: number): readonly [string | undefined, number] {
  const mark = text[start]
  let inner = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (character === mark) return [inner, at - start + 1]
    const next = text[at + 1]
    if (mark === '"' && character === '\\' && next !== undefined && '$`"\\\n'.includes(next)) {
      if (next !== '\n') inner += next
      at += 1
    } else {
      inner += character
    }
  }
  return [undefined, text.length - start]
}
