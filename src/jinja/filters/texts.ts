import { itemsOf, pairsOf } from '../compare.ts'
import { JinjaError } from '../failure.ts'
import { textGiven, wholeGiven } from '../given.ts'
import { percent } from '../percent.ts'
import type { Runtime } from '../runtime.ts'
import { str } from '../text.ts'
import { capitalized, centred, lines, replaced, split } from '../texts.ts'
import { dict, isMapping, isSequence, present, truth, tupleOf, typeWords, Undefined } from '../values.ts'
import type { Filter, Filters } from './filter.ts'

/** A filter of the text that a value is in writing. */
function ofText(
  parameters: string,
  call: (text: string, given: readonly unknown[], run: Runtime) => unknown,
): Filter {
  return { parameters, call: (value, given, run) => call(str(present(value), run.work), given, run) }
}

/** Filters of texts. */
export const texts: Filters = {
  string: ofText('', (text) => text),
  upper: ofText('', (text) => text.toUpperCase()),
  lower: ofText('', (text) => text.toLowerCase()),
  capitalize: ofText('', capitalized),
  title: ofText('', (text) =>
    text
      .split(/([-\s({[<]+)/)
      .map((part) => (part === '' ? '' : (part[0] ?? '').toUpperCase() + part.slice(1).toLowerCase()))
      .join(''),
  ),
  trim: ofText('chars', (text, [signs]) => {
    if (signs === undefined || signs === null) return text.trim()
    const set = new Set(textGiven(signs, 'trim'))
    const all = [...text]
    const from = all.findIndex((sign) => !set.has(sign))
    return from < 0 ? '' : all.slice(from, all.findLastIndex((sign) => !set.has(sign)) + 1).join('')
  }),
  replace: ofText('old! new! count', (text, [old, next, count], { work }) =>
    replaced(
      text,
      str(present(old), work),
      str(present(next), work),
      count === undefined || count === null ? -1 : wholeGiven(count, 'replace'),
      work,
    ),
  ),
  center: ofText('width', (text, [width], { work }) =>
    centred(text, wholeGiven(width, 'center', 80), ' ', work),
  ),
  indent: ofText('width first blank', (text, [width = 4, first = false, blank = false], { work }) => {
    if (typeof width !== 'string') work.text(wholeGiven(width, 'indent') * text.split('\n').length)
    const before = typeof width === 'string' ? width : ' '.repeat(Math.max(0, wholeGiven(width, 'indent')))
    return lines(`${text}\n`, false)
      .map((line, index) =>
        index === 0
          ? truth(first)
            ? before + line
            : line
          : line === '' && !truth(blank)
            ? line
            : before + line,
      )
      .join('\n')
  }),
  truncate: ofText('length killwords end leeway', (text, [length, kill = false, end = '...', leeway]) => {
    const most = wholeGiven(length, 'truncate', 255)
    const all = [...text]
    const close = textGiven(end, 'truncate')
    if (all.length <= most + wholeGiven(leeway, 'truncate', 5)) return text
    const cut = all.slice(0, Math.max(0, most - close.length)).join('')
    return (truth(kill) ? cut : cut.replace(/ [^ ]*$/, '')) + close
  }),
  wordcount: ofText('', (text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  wordwrap: ofText(
    'width break_long_words wrapstring break_on_hyphens',
    (text, [width, long = true, wrap = '\n']) => {
      const most = Math.max(1, wholeGiven(width, 'wordwrap', 79))
      return lines(text, false)
        .map((line) => wrapped(line, most, truth(long)).join(String(wrap)))
        .join(String(wrap))
    },
  ),
  format: {
    parameters: '*values **',
    call: (value, [values, named], { work }) =>
      percent(
        textGiven(value, 'format'),
        (named as Map<string, unknown>).size > 0
          ? dict(named as Map<string, unknown>)
          : tupleOf(values as readonly unknown[]),
        work,
      ),
  },
  escape: ofText('', escaped),
  e: ofText('', escaped),
  forceescape: ofText('', escaped),
  safe: ofText('', (text) => text),
  striptags: ofText('', (text) =>
    text
      .replaceAll(/<!--[\s\S]*?-->|<[^>]*>/g, '')
      .split(/\s+/)
      .filter(Boolean)
      .join(' '),
  ),
  urlize: ofText('trim_url_limit nofollow target rel extra_schemes', () => {
    throw new JinjaError('urlize makes links of HTML, and is not known here')
  }),
  xmlattr: {
    parameters: 'autospace',
    call: (value, [autospace = true], { work }) => {
      const parts = pairsOf(value).filter(([, one]) => one !== null && !(one instanceof Undefined))
      const text = parts
        .map(([key, one]) => `${escaped(str(key, work))}="${escaped(str(one, work))}"`)
        .join(' ')
      return truth(autospace) && text !== '' ? ` ${text}` : text
    },
  },
  pprint: {
    parameters: '',
    differs: 'in one line, however long',
    call: (value, _, run) => run.filter('string', value, { positional: [], named: new Map() }),
  },
  items: {
    parameters: '',
    mindsNothing: true,
    call: (value) => (value instanceof Undefined ? [] : pairsOf(value)),
  },
  split: ofText('sep maxsplit', (text, [separator, most]) =>
    split(text, separator, wholeGiven(most, 'split', -1)),
  ),
  splitlines: ofText('keepends', (text, [keep]) => lines(text, keep === true)),
  quote: {
    parameters: '',
    call: (value, _, { work }) => {
      const text = value === null ? '' : str(present(value), work)
      return text !== '' && /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
    },
  },
  comment: ofText('style **', (text, [style = 'plain', named]) =>
    commented(text, String(style), named as Map<string, unknown>),
  ),
  attr: {
    parameters: 'name',
    call: (value, [name]) => {
      const hidden = new Undefined(`the value has no attribute "${String(name)}"`)
      return isMapping(value) || isSequence(value) ? hidden : hidden
    },
  },
  urlencode: {
    parameters: '',
    call: (value, _, { work }) => {
      if (typeof value === 'string' || !(isMapping(value) || isSequence(value)))
        return percentEncoded(str(present(value), work), '/')
      const pairs = isMapping(value) ? pairsOf(value) : itemsOf(value, work)
      return pairs
        .map((pair) => {
          if (!isSequence(pair) || pair.length !== 2)
            throw new JinjaError(`urlencode needs pairs, and this is ${typeWords(pair)}`)
          return pair.map((part) => percentEncoded(str(part, work), '').replaceAll('%20', '+')).join('=')
        })
        .join('&')
    },
  },
  urldecode: ofText('', (text) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '))
    } catch {
      throw new JinjaError('a % in this text begins no sign of an address')
    }
  }),
}

function escaped(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? sign)
}

function percentEncoded(text: string, safe: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', safe === '/' ? '/' : '%2F')
}

function wrapped(line: string, most: number, breakLong: boolean): readonly string[] {
  const made: string[] = []
  let at = ''
  for (const word of line.split(/(\s+)/)) {
    if ([...at, ...word].length <= most) {
      at += word
      continue
    }
    if (at.trimEnd() !== '') made.push(at.trimEnd())
    at = /^\s*$/.test(word) ? '' : word
    while (breakLong && [...at].length > most) {
      made.push([...at].slice(0, most).join(''))
      at = [...at].slice(most).join('')
    }
  }
  if (at.trimEnd() !== '' || made.length === 0) made.push(at.trimEnd())
  return made
}

const styles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
}

function commented(text: string, style: string, named: ReadonlyMap<string, unknown>): string {
  const known = styles[style]
  if (!known)
    throw new JinjaError(`there is no style of comments called "${style}"`, {
      next: `known: ${Object.keys(styles).join(', ')}`,
    })
  const of = (name: string, otherwise: string) => String(named.get(name) ?? known[name] ?? otherwise)
  const newline = of('newline', '\n')
  const decoration = of('decoration', '# ')
  const count = (name: string) => Math.min(Number(named.get(name) ?? 1), 1000)
  const beginning = of('beginning', '')
  const end = of('end', '')
  const prefix = of('prefix', decoration.trimEnd())
  const postfix = of('postfix', decoration.trimEnd())
  const lead = (part: string, times: number) => (part === '' ? '' : `${part}${newline}`.repeat(times))
  const body = text
    .split(newline)
    .map((line) => decoration + line)
    .join(newline)
    .replaceAll(`${decoration}${newline}`, `${decoration.trimEnd()}${newline}`)
  const after =
    postfix === '' ? '' : Array.from({ length: count('postfix_count') }, () => newline + postfix).join('')
  const close = end === '' ? '' : newline + end
  return `${beginning === '' ? '' : beginning + newline}${lead(prefix, count('prefix_count'))}${body}${after}${close}`
}
