/** One word of a line, quotes and backslashes taken away; `columns[i]` is where its i-th character stands. */
export interface Word {
  readonly text: string
  readonly columns: readonly number[]
}

/** A line as words; columns count from 1. */
export interface Words {
  readonly words: readonly Word[]
  /** Column of a quote that is never closed. */
  readonly unclosed?: number
  /** Column of a `#` that cuts a word short. */
  readonly cut?: number
}

/** Splits a line as a shell would (and Ansible does with host lines); with `comments` a `#` ends it. */
export function shellWords(line: string, comments: boolean): Words {
  const words: Word[] = []
  let word: { text: string; columns: number[] } | undefined
  let quote: { readonly mark: string; readonly column: number } | undefined
  const add = (character: string, index: number) => {
    word ??= { text: '', columns: [] }
    word.text += character
    word.columns.push(index + 1)
  }
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index)
    const next = line.charAt(index + 1)
    if (quote) {
      if (character === quote.mark) quote = undefined
      else if (character === '\\' && quote.mark === '"' && (next === '"' || next === '\\')) add(next, ++index)
      else add(character, index)
    } else if (character === '"' || character === "'") {
      quote = { mark: character, column: index + 1 }
      word ??= { text: '', columns: [] }
    } else if (character === '\\' && next !== '') add(next, ++index)
    else if (/\s/.test(character)) {
      if (word) words.push(word)
      word = undefined
    } else if (character === '#' && comments) {
      if (!word) return { words }
      return { words: [...words, word], cut: index + 1 }
    } else add(character, index)
  }
  if (word) words.push(word)
  return quote ? { words, unclosed: quote.column } : { words }
}
