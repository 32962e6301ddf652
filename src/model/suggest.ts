import { quoted } from './quoted.ts'
/** How many single-letter edits, swaps of neighbours included, make `b` of `a` (Damerau-Levenshtein, restricted). */
export function editDistance(a: string, b: string): number {
  let before: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const next = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = last
    last = next
  }
  return at(last, b.length)
}

/** The candidate a user most likely meant by `word`, if any is near enough; letter case does not count. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)))
  const all = [...new Set(candidates)]
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of all) {
    if (candidate === word || Math.abs(candidate.length - word.length) > limit) continue
    // Of equally near names the one with the same first letter: it is the letter people get right.
    const distance =
      editDistance(word.toLowerCase(), candidate.toLowerCase()) + (candidate[0] === word[0] ? 0 : 0.5)
    if (distance < (best?.distance ?? limit + 1)) best = { candidate, distance }
  }
  return best?.candidate ?? abbreviated(word, all)
}

/** What is shorter begins very many words. */
const beginning = 4

/** The one that begins with the word, as `advert_int` begins `advert_interval`, or that the word goes on from. */
function abbreviated(word: string, candidates: readonly string[]): string | undefined {
  const [only, ...others] = candidates.filter((candidate) => {
    const [short, long] = [word, candidate].toSorted((a, b) => a.length - b.length)
    return (
      short !== undefined &&
      short !== long &&
      short.length >= beginning &&
      long?.toLowerCase().startsWith(short.toLowerCase())
    )
  })
  return others.length === 0 ? only : undefined
}

/** The same where nothing else can be meant, so that it may be written without asking. */
export function surelyMeant(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...new Set(candidates)]
  const meant = didYouMean(word, all)
  if (meant === undefined) return undefined
  const distanceTo = (one: string) => editDistance(word.toLowerCase(), one.toLowerCase())
  const near = distanceTo(meant)
  // A word of three letters is a letter or two from very many.
  if (near > Math.floor(word.length / 3)) return undefined
  const rivals = all.filter(
    (one) => one !== meant && one !== word && distanceTo(one) <= near + (near > 1 ? 1 : 0),
  )
  return rivals.length === 0 ? meant : undefined
}

/** The next step after an unknown name: what was probably meant, or else the names that are known. */
export function suggestion(word: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates]
  const meant = didYouMean(word, known)
  if (meant !== undefined) return `did you mean ${quoted(meant)}?`
  if (known.length === 0) return undefined
  const more = known.length > 20 ? `, and ${known.length - 20} more` : ''
  return `known here: ${known.slice(0, 20).join(', ')}${more}`
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
