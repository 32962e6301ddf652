import { CST, Parser } from 'yaml'
import type { Fix } from '../model/rule.ts'

/** One fix, and where it is to be made; line and column count from 1. */
export interface PlacedFix {
  readonly line: number
  readonly col: number
  readonly fix: Fix
}

/**
 * A YAML text with what is certain mended, every other byte as it was; `made` says for each fix what it turned into what, and
 * nothing where it could not be made.
 */
export function mend(
  text: string,
  fixes: readonly PlacedFix[],
): { readonly text: string; readonly made: readonly (string | undefined)[] } {
  const starts = lineStarts(text)
  const offsetOf = ({ line, col }: PlacedFix) => (starts[line - 1] ?? Number.NaN) + col - 1
  const documents = [...new Parser().parse(text)]
  const made = fixes.map((one) => mendOne(documents, offsetOf(one), one.fix))
  const written = documents.map((document) => CST.stringify(document)).join('')
  // Comments stand between what the parser gives names to: lines are cut out of the text where nothing else was changed.
  if (made.some((one) => one !== undefined)) return { text: written, made }
  return withoutComments(text, fixes, starts)
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function mendOne(documents: readonly CST.Token[], offset: number, fix: Fix): string | undefined {
  for (const document of documents) {
    if (document.type !== 'document') continue
    let said: string | undefined
    CST.visit(document, (item, path) => {
      said = mendItem(document, item, path, offset, fix)
      return said === undefined ? undefined : CST.visit.BREAK
    })
    if (said !== undefined) return said
  }
  return undefined
}

function mendItem(
  document: CST.Document,
  item: CST.CollectionItem,
  path: CST.VisitPath,
  offset: number,
  fix: Fix,
): string | undefined {
  switch (fix.is) {
    case 'key':
      return startsAt(item.key, offset) ? rewritten(item.key, fix.to) : undefined
    case 'value':
      return startsAt(item.value, offset) ? rewritten(item.value, fix.to) : undefined
    case 'no-key':
      return startsAt(item.key, offset) && cutOut(document, path) ? 'removed' : undefined
    case 'no-item': {
      if (!startsAt(item.key, offset) && !startsAt(item.value, offset)) return undefined
      return cutOut(document, listItemOf(document, path)) ? 'removed' : undefined
    }
    case 'comment':
      return undefined
  }
}

function startsAt(token: CST.Token | null | undefined, offset: number): token is CST.Token {
  return token !== null && token !== undefined && 'offset' in token && token.offset === offset
}

function rewritten(token: CST.Token, to: string): string | undefined {
  if (!CST.isScalar(token) || token.type === 'alias') return undefined
  const from = token.source
  const isPlain = token.type === 'scalar' || to === 'true' || to === 'false'
  CST.setScalarValue(token, to, isPlain ? { type: 'PLAIN' } : {})
  return `${from} → ${'source' in token ? token.source : to}`
}

/** The innermost item of a list on the way to a place. */
function listItemOf(document: CST.Document, path: CST.VisitPath): CST.VisitPath {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path.slice(0, length)
    const parent = CST.visit.parentCollection(document, part)
    const isList =
      parent.type === 'block-seq' || (parent.type === 'flow-collection' && parent.start.source === '[')
    if (isList) return part
  }
  return []
}

/** The first of a list or mapping stays, as nothing is there twice that is alone. */
function cutOut(document: CST.Document, path: CST.VisitPath): boolean {
  const [, index = 0] = path.at(-1) ?? []
  if (path.length === 0 || index === 0) return false
  const parent = CST.visit.parentCollection(document, path)
  const [item] = parent.items.slice(index, index + 1)
  const before = parent.items[index - 1]
  if (!item || !before) return false
  parent.items.splice(index, 1)
  const after = parent.items[index]
  if (after) after.start.unshift(...commentsBefore(item))
  else if (parent.type === 'flow-collection') leaveGap(item, before)
  return true
}

/** Whoever wrote them above it may have meant what follows, too. */
function commentsBefore({ start }: CST.CollectionItem): readonly CST.SourceToken[] {
  const end = start.findLastIndex(({ type }) => type === 'newline')
  return start.some(({ type }) => type === 'comment') ? start.slice(0, end + 1) : []
}

/** What stood between the last value and the bracket stands there still. */
function leaveGap({ value: last }: CST.CollectionItem, { value: before }: CST.CollectionItem): void {
  if (
    CST.isScalar(last) &&
    CST.isScalar(before) &&
    last.type !== 'block-scalar' &&
    before.type !== 'block-scalar'
  )
    before.end = last.end ?? []
}

/** Comments from the last to the first, each with its line where nothing else is on it. */
function withoutComments(text: string, fixes: readonly PlacedFix[], starts: readonly number[]) {
  const made: (string | undefined)[] = fixes.map(() => undefined)
  let rest = text
  const last = fixes
    .map((one, index) => ({ ...one, index }))
    .filter(({ fix }) => fix.is === 'comment')
    .toSorted((one, other) => other.line - one.line)
  for (const { line, col, index } of last) {
    const start = starts[line - 1] ?? 0
    const end = starts[line] ?? rest.length
    const before = rest.slice(start, start + col - 1)
    const stop = rest.slice(start, end).endsWith('\r\n')
      ? '\r\n'
      : rest.slice(start, end).endsWith('\n')
        ? '\n'
        : ''
    const kept = before.trim() === '' ? '' : `${before.trimEnd()}${stop}`
    rest = rest.slice(0, start) + kept + rest.slice(end)
    made[index] = 'removed'
  }
  return { text: rest, made }
}
