import { Failure } from '../model/failure.ts'
import { quoted } from '../model/quoted.ts'
import { suggestion } from '../model/suggest.ts'

/** What a selector looks at. */
export interface Selectable {
  readonly cluster: string
  readonly site: string
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The clusters that selectors mean, in the order in which they were given. A selector is a list of terms with commas between that must
 * all hold: a name or pattern of names, `site=PATTERN`, `LABEL=PATTERN`, each turned round by `!` before it; several selectors are
 * what any of them means, and `all` is every cluster. Throws INVALID_INPUT where one of them means nothing.
 */
export function selected<One extends Selectable>(
  clusters: readonly One[],
  selectors: readonly string[],
): readonly One[] {
  const chosen = new Set<One>()
  for (const selector of selectors) {
    const found = clusters.filter(matching(selector, clusters))
    if (found.length === 0) throw nothing(selector, clusters)
    for (const one of found) chosen.add(one)
  }
  return clusters.filter((one) => chosen.has(one))
}

function matching(selector: string, clusters: readonly Selectable[]): (one: Selectable) => boolean {
  const terms = selector.split(',').map((term) => term.trim())
  const tests = terms.map((term) => termOf(term, selector, clusters))
  return (one) => tests.every((test) => test(one))
}

function termOf(
  term: string,
  selector: string,
  clusters: readonly Selectable[],
): (one: Selectable) => boolean {
  if (term.startsWith('!')) {
    const other = termOf(term.slice(1), selector, clusters)
    return (one) => !other(one)
  }
  if (term === 'all') return () => true
  const [name = '', ...rest] = term.split('=')
  if (term === '' || (rest.length > 0 && (name === '' || rest.join('=') === '')))
    throw new Failure('INVALID_INPUT', `${quoted(selector)} has an empty term`, {
      next: 'write terms as NAME, site=NAME or LABEL=VALUE, with commas between those that must all hold',
    })
  if (rest.length === 0) {
    const pattern = glob(term)
    return ({ cluster }) => pattern.test(cluster)
  }
  const pattern = glob(rest.join('='))
  if (name === 'site') return ({ site }) => pattern.test(site)
  const labels = [...new Set(clusters.flatMap((one) => Object.keys(one.labels)))]
  if (!labels.includes(name))
    throw new Failure('INVALID_INPUT', `${quoted(selector)}: no cluster has the label ${quoted(name)}`, {
      next: suggestion(name, [...labels, 'site']) ?? `there are: ${['site', ...labels].join(', ')}`,
    })
  return (one) => pattern.test(one.labels[name] ?? '')
}

/** Shell's patterns, as far as names need them: `*` and `?`. */
function glob(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`)
}

function nothing(selector: string, clusters: readonly Selectable[]): Failure {
  const terms = selector.split(',').map((term) => term.trim())
  if (terms.length > 1) return nothingOfSeveral(selector, terms, clusters)
  const sites = [...new Set(clusters.map(({ site }) => site))]
  const names = clusters.map(({ cluster }) => cluster)
  const [, label = '', value = ''] = /^([^!,=]+)=([^,]+)$/.exec(selector) ?? []
  const values = clusters.map((one) => (label === 'site' ? one.site : one.labels[label]))
  const some =
    names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ')
  return new Failure('INVALID_INPUT', `${quoted(selector)} means no cluster of this fleet`, {
    next:
      (label === ''
        ? suggestion(selector, names)
        : suggestion(value, [...new Set(values.filter((one) => one !== undefined))])) ??
      `there are: ${some}; sites: ${sites.join(', ')}`,
  })
}

/** Of several terms one means nothing, or all mean something, and nothing is all of it at once: mostly commas were to mean "or". */
function nothingOfSeveral(
  selector: string,
  terms: readonly string[],
  clusters: readonly Selectable[],
): Failure {
  const wrong = terms.find((term) => !clusters.some(matching(term, clusters)))
  if (wrong !== undefined) return nothing(wrong, clusters)
  return new Failure('INVALID_INPUT', `${quoted(selector)} means no cluster of this fleet`, {
    next: `commas mean "and", and no cluster is all of that at once; for any of it give several selectors: ${terms.join(' ')}`,
  })
}
