import { didYouMean } from '../../model/suggest.ts'
import { sections, type Unknown, unknownOfServer, unknownWord } from '../haproxy-words.ts'
import { linesOf } from '../user-lines.ts'
import { ofHaproxy, ofPools, ofServices, type Written } from './placed-lines.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about lines of the user's own for HAProxy. */
export const haproxyLineRules = {
  'lines-of-another-section': {
    severity: 'error',
    reason:
      'HAProxy refuses a word of a proxy in its section global, and in defaults those of a single proxy.',
    source: 'HAProxy, 4.1, Proxy keywords matrix',
    find: wordsHaveTheirSection,
  },
  'lines-unknown-word': {
    severity: 'warning',
    reason:
      'HAProxy does not start with a word that it does not know; apply would find that out on the first director.',
    source: 'HAProxy, the keywords of 2.4 to 3.5: 3, 4.1, 4.2, 5.1 and 5.2',
    find: wordsAreKnown,
  },
} satisfies Family<'lines'>

/** What stands in `frontend`, `backend` and `listen` alone; a section global knows none of what proxies know, either. */
const ofOneProxy = new Set(
  `acl bind capture dispatch id server server-template stick stick-table tcp-request tcp-response
  use_backend use-server`.split(/\s+/),
)
const ofProxies = new Set(
  `backlog balance compression default-server default_backend email-alert errorfile errorfiles fullconn hash-type http-check http-request
  http-response http-reuse mode monitor-uri option redirect retries retry-on source timeout unique-id-format unique-id-header`.split(
    /\s+/,
  ),
)

function wordsHaveTheirSection(subject: Subject): readonly Wrong[] {
  const { balancer, extra } = subject.cluster
  if (balancer !== 'haproxy') return []
  return (['global', 'defaults'] as const).flatMap((part) =>
    linesOf({ text: extra.haproxy[part], program: 'haproxy' }).flatMap(({ code }) => {
      const [word = ''] = code.trim().split(/\s/)
      if (!ofOneProxy.has(word) && !(part === 'global' && ofProxies.has(word))) return []
      return [
        wrong(
          subject,
          ['extra', 'haproxy', part],
          `${word} is none of section ${part}: HAProxy would not start`,
          part === 'global' && ofProxies.has(word)
            ? 'Write it in extra.haproxy.defaults.'
            : 'Write it in a section of your own in extra.haproxy.sections, or in extra of the service that is meant.',
        ),
      ]
    }),
  )
}

/** Words that no version of HAProxy knows, whatever section they stand in; of each part the first. */
function wordsAreKnown(subject: Subject): readonly Doubt[] {
  const { balancer } = subject.cluster
  if (balancer !== 'haproxy') return []
  return [
    ...ofHaproxy(subject),
    ...ofServices(subject).flatMap(({ lines }) => lines),
    ...ofPools(subject),
  ].flatMap((one) =>
    doubted(subject, one, one.part === 'sections' ? firstUnknownOfSections(one) : firstUnknown(one)),
  )
}

function doubted(subject: Subject, { path }: Written, found: Found | undefined): readonly Doubt[] {
  if (!found) return []
  const { word, where, known, line } = found
  return [
    doubtful(
      subject,
      path,
      `line ${line} of these says ${word}, which HAProxy does not know ${/^(global|defaults|frontend|backend|listen)$/.test(where) ? `in ${where}` : `behind ${where}`}`,
      nextOf(word, known),
    ),
  ]
}

/** What HAProxy has in the place of words that it knew before 2.1. */
const instead: readonly (readonly [RegExp, string])[] = [
  [/^contimeout$/, 'timeout connect'],
  [/^clitimeout$/, 'timeout client'],
  [/^srvtimeout$/, 'timeout server'],
  [/^redispatch$/, 'option redispatch'],
  [/^(?:block|reqi?(?:deny|tarpit|allow|pass))$/, 'http-request deny'],
  [/^req(?:add|i?rep|i?del)$/, 'http-request set-header, replace-header, replace-path or del-header'],
  [/^rsp(?:add|i?rep|i?del|i?deny)$/, 'http-response set-header, replace-header, del-header or deny'],
]

function nextOf(word: string, known: Iterable<string>): string {
  const [, now] = instead.find(([before]) => before.test(word)) ?? []
  if (now !== undefined) return `HAProxy knew it before 2.1. Write ${now}.`
  const meant = didYouMean(word, known)
  return meant === undefined ? 'Look for it in the manual of HAProxy.' : `Did you mean ${meant}?`
}

interface Found extends Unknown {
  readonly line: number
}

/** An expression is one value, whatever it consists of; a line that begins with one could say anything. */
function wordsOf(code: string): readonly string[] {
  const text = code.replaceAll(/\{\{.*?\}\}/g, '0').replaceAll(/\{%.*?%\}/g, ' ')
  return /^\s*\{\{/.test(code) ? [''] : text.trim().split(/\s+/)
}

function firstUnknown({ part, text }: Written): Found | undefined {
  const lines = linesOf({ text, program: 'haproxy' }).map(({ code }, index) => ({
    line: index + 1,
    found:
      part === 'servers'
        ? unknownOfServer(wordsOf(code).filter((word) => word !== ''))
        : // A section that begins where none may is told by another rule.
          sections.has(wordsOf(code)[0] ?? '')
          ? undefined
          : unknownWord(wordsOf(code), part),
  }))
  const first = lines.find(({ found }) => found !== undefined)
  return first?.found && { ...first.found, line: first.line }
}

function firstUnknownOfSections({ text }: Written): Found | undefined {
  let kind = ''
  for (const [index, { code }] of linesOf({ text, program: 'haproxy' }).entries()) {
    const words = wordsOf(code)
    const [first = ''] = words
    if (sections.has(first)) kind = first
    else {
      const found = unknownWord(words, kind)
      // What begins with its line is a section, rather than a word of one.
      const isHeading = found?.word === first && /^\S/.test(code) && kind !== ''
      if (found)
        return { ...found, known: isHeading ? [...sections, ...found.known] : found.known, line: index + 1 }
    }
  }
  return undefined
}
