/** A piece of a text: words as they are, or an expression that stood in `{{ }}`. */
export type Part =
  | { readonly is: 'words'; readonly text: string }
  | { readonly is: 'expression'; readonly text: string; readonly open: boolean }

/** The pieces of a text. `open`: its `}}` is missing. Quoted text and braces inside an expression are its own. */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = []
  let from = 0
  for (;;) {
    const start = text.indexOf('{{', from)
    if (start < 0) break
    if (start > from) parts.push({ is: 'words', text: text.slice(from, start) })
    const end = endOf(text, start + 2)
    parts.push({ is: 'expression', text: text.slice(start + 2, end), open: end === text.length })
    if (end === text.length) return parts
    from = end + 2
  }
  if (from < text.length || parts.length === 0) parts.push({ is: 'words', text: text.slice(from) })
  return parts
}

/** Where the `}}` stands that ends the expression starting at `from`, or the end of the text. */
function endOf(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const letter = text[at]
    if (letter === '"' || letter === "'") {
      const closing = closingQuote(text, at)
      if (closing < 0) break
      at = closing
    } else if (letter === '{') depth += 1
    else if (letter === '}' && depth > 0) depth -= 1
    else if (letter === '}' && text[at + 1] === '}') return at
  }
  // A quote left open swallows the end: what is wrong is then for the expression itself to say.
  const plainEnd = text.indexOf('}}', from)
  return plainEnd < 0 ? text.length : plainEnd
}

function closingQuote(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === text[from]) return at
  }
  return -1
}
