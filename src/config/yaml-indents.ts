import { type Document, visit } from 'yaml'

/** So many signs are read anew at most, in all rounds together. */
const mostSigns = 5_000_000

/**
 * A document as Ansible's parser takes it, which does not ask how far the lines of a quoted text or of brackets are indented:
 * those that are not deep enough for YAML are, where that was what was wrong. What is in them stays the same, and each line
 * keeps its number.
 */
export function withIndents(
  text: string,
  parse: (text: string) => Document.Parsed,
): { readonly text: string; readonly document: Document.Parsed } {
  let now = { text, document: parse(text) }
  for (let read = text.length; read < mostSigns; read += now.text.length) {
    const start = brokenAt(now.document)
    const indented = start === undefined ? undefined : indentedFrom(now.text, start)
    if (indented === undefined) return now
    now = { text: indented, document: parse(indented) }
  }
  return now
}

/** Where the quoted text or the bracket starts whose end is the first thing that is missing. */
function brokenAt(document: Document.Parsed): number | undefined {
  const [error] = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0])
  let start: number | undefined
  if (error?.code === 'MISSING_CHAR')
    visit(document, {
      Scalar: (_, { type, range }) => {
        const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE'
        if (isQuoted && range?.[1] === error.pos[0]) start = range[0]
      },
    })
  if (error?.code === 'BAD_INDENT')
    visit(document, {
      Collection: (_, { flow, range }) => {
        if (!flow) return undefined
        if (range && range[0] < error.pos[0]) start = range[0]
        return visit.SKIP
      },
    })
  return start
}

const part = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*'|(?<=\s)#.*|[[{]|[\]}]|[^"'#[\]{}]+|[\s\S]/y

/** Where what starts there ends: behind its closing quote or bracket; nothing where there is none. */
function endOf(text: string, start: number): number | undefined {
  let open = 0
  part.lastIndex = start
  for (let found = part.exec(text)?.[0]; found !== undefined; found = part.exec(text)?.[0]) {
    if (/^[[{]$/.test(found)) open += 1
    else if (/^[\]}]$/.test(found)) open -= 1
    if (open === 0) return found.length > 1 || /[\]}]/.test(found) ? part.lastIndex : undefined
  }
  return undefined
}

/** The same with the lines of what starts there moved to the right of the line it starts in. */
function indentedFrom(text: string, start: number): string | undefined {
  const end = endOf(text, start)
  const inside = text.slice(start, end)
  if (end === undefined || !inside.includes('\n') || /^(---|\.\.\.)(\s|$)/m.test(inside)) return undefined
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  const margin = ' '.repeat((/^ */.exec(line)?.[0].length ?? 0) + 1)
  return text.slice(0, start) + inside.replaceAll(/\n(?=[^\n])/g, `\n${margin}`) + text.slice(end)
}
