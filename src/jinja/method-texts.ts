import { itemsOf } from './compare.ts'
import { JinjaError } from './failure.ts'
import { formatted } from './format.ts'
import { textGiven, wholeGiven } from './given.ts'
import type { Method } from './method.ts'
import {
  capitalized,
  centred,
  expanded,
  fillOf,
  found,
  joined,
  lines,
  mustBe,
  oneOf,
  part,
  replaced,
  split,
  splitFromRight,
  stripped,
  titled,
} from './texts.ts'
import { isInt, isMapping, keysOf, present, tuple, typeWords, valueAt } from './values.ts'

/** Methods of texts. */
export const textMethods: Readonly<Record<string, Method<string>>> = {
  upper: { parameters: '', call: (text) => text.toUpperCase() },
  lower: { parameters: '', call: (text) => text.toLowerCase() },
  casefold: { parameters: '', call: (text) => text.toLowerCase().replaceAll('ß', 'ss') },
  capitalize: { parameters: '', call: capitalized },
  title: { parameters: '', call: titled },
  swapcase: {
    parameters: '',
    call: (text) =>
      [...text]
        .map((sign) => (sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase()))
        .join(''),
  },
  strip: { parameters: 'chars', call: (text, [signs]) => stripped(text, signs, true, true) },
  lstrip: { parameters: 'chars', call: (text, [signs]) => stripped(text, signs, true, false) },
  rstrip: { parameters: 'chars', call: (text, [signs]) => stripped(text, signs, false, true) },
  split: {
    parameters: 'sep maxsplit',
    call: (text, [separator, most]) => split(text, separator, wholeGiven(most, 'split()', -1)),
  },
  rsplit: {
    parameters: 'sep maxsplit',
    call: (text, [separator, most]) => splitFromRight(text, separator, wholeGiven(most, 'rsplit()', -1)),
  },
  splitlines: { parameters: 'keepends', call: (text, [keep]) => lines(text, keep === true) },
  partition: {
    parameters: 'sep!',
    call: (text, [separator]) => {
      const sep = textGiven(separator, 'partition()')
      const at = text.indexOf(sep)
      return at < 0 ? tuple(text, '', '') : tuple(text.slice(0, at), sep, text.slice(at + sep.length))
    },
  },
  rpartition: {
    parameters: 'sep!',
    call: (text, [separator]) => {
      const sep = textGiven(separator, 'rpartition()')
      const at = text.lastIndexOf(sep)
      return at < 0 ? tuple('', '', text) : tuple(text.slice(0, at), sep, text.slice(at + sep.length))
    },
  },
  startswith: {
    parameters: 'prefix! start end',
    call: (text, [prefix, from, to]) => oneOf(prefix).some((one) => part(text, from, to).startsWith(one)),
  },
  endswith: {
    parameters: 'suffix! start end',
    call: (text, [suffix, from, to]) => oneOf(suffix).some((one) => part(text, from, to).endsWith(one)),
  },
  removeprefix: {
    parameters: 'prefix!',
    call: (text, [prefix]) => (text.startsWith(String(prefix)) ? text.slice(String(prefix).length) : text),
  },
  removesuffix: {
    parameters: 'suffix!',
    call: (text, [suffix]) =>
      suffix !== '' && text.endsWith(String(suffix)) ? text.slice(0, -String(suffix).length) : text,
  },
  find: { parameters: 'sub! start end', call: (text, [sub, from, to]) => found(text, sub, from, to, false) },
  rfind: { parameters: 'sub! start end', call: (text, [sub, from, to]) => found(text, sub, from, to, true) },
  index: {
    parameters: 'sub! start end',
    call: (text, [sub, from, to]) => mustBe(found(text, sub, from, to, false)),
  },
  rindex: {
    parameters: 'sub! start end',
    call: (text, [sub, from, to]) => mustBe(found(text, sub, from, to, true)),
  },
  count: {
    parameters: 'sub! start end',
    call: (text, [sub, from, to]) => part(text, from, to).split(textGiven(sub, 'count()')).length - 1,
  },
  replace: {
    parameters: 'old! new! count',
    call: (text, [old, next, count], { work }) =>
      replaced(
        text,
        textGiven(old, 'replace()'),
        textGiven(next, 'replace()'),
        wholeGiven(count, 'replace()', -1),
        work,
      ),
  },
  join: {
    parameters: 'items!',
    call: (text, [items], { work }) =>
      joined(
        itemsOf(items, work).map((one) => {
          present(one)
          if (typeof one === 'string') return one
          throw new JinjaError(`join() joins texts, and this is ${typeWords(one)}`, {
            next: `write x | join('${text}')`,
          })
        }),
        text,
        work,
      ),
  },
  format: {
    parameters: '*values **',
    call: (text, [values, named], { work }) =>
      formatted(text, values as readonly unknown[], named as Map<string, unknown>, work),
  },
  format_map: {
    parameters: 'mapping',
    call: (text, [mapping], { work }) =>
      formatted(
        text,
        [],
        isMapping(mapping)
          ? new Map(keysOf(mapping).map((key) => [String(key), valueAt(mapping, key)]))
          : new Map(),
        work,
      ),
  },
  center: {
    parameters: 'width! fillchar',
    call: (text, [width, fill], { work }) => centred(text, wholeGiven(width, 'center()'), fillOf(fill), work),
  },
  ljust: {
    parameters: 'width! fillchar',
    call: (text, [width, fill], { work }) => {
      work.text(wholeGiven(width, 'ljust()'))
      return text + fillOf(fill).repeat(Math.max(0, wholeGiven(width, 'ljust()') - [...text].length))
    },
  },
  rjust: {
    parameters: 'width! fillchar',
    call: (text, [width, fill], { work }) => {
      work.text(wholeGiven(width, 'rjust()'))
      return fillOf(fill).repeat(Math.max(0, wholeGiven(width, 'rjust()') - [...text].length)) + text
    },
  },
  zfill: {
    parameters: 'width',
    call: (text, [width], { work }) => {
      work.text(wholeGiven(width, 'zfill()'))
      const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(text) ?? []
      return sign + digits.padStart(wholeGiven(width, 'zfill()') - sign.length, '0')
    },
  },
  expandtabs: {
    parameters: 'tabsize',
    call: (text, [size], { work }) => expanded(text, wholeGiven(size, 'expandtabs()', 8), work),
  },
  translate: {
    parameters: 'table',
    call: (text, [table]) =>
      [...text]
        .map((sign) => {
          const key = sign.codePointAt(0)
          if (!isMapping(table)) return sign
          const hit = keysOf(table).find((one) => one === key || one === String(key))
          const to = hit === undefined ? sign : valueAt(table, hit)
          return to === null ? '' : isInt(to) ? String.fromCodePoint(Number(to)) : String(to)
        })
        .join(''),
  },
  isdigit: { parameters: '', call: (text) => /^\p{Nd}+$/u.test(text) },
  isnumeric: { parameters: '', call: (text) => /^\p{N}+$/u.test(text) },
  isdecimal: { parameters: '', call: (text) => /^\p{Nd}+$/u.test(text) },
  isalpha: { parameters: '', call: (text) => /^\p{L}+$/u.test(text) },
  isalnum: { parameters: '', call: (text) => /^[\p{L}\p{N}]+$/u.test(text) },
  isspace: { parameters: '', call: (text) => /^\s+$/u.test(text) },
  isupper: { parameters: '', call: (text) => text === text.toUpperCase() && text !== text.toLowerCase() },
  islower: { parameters: '', call: (text) => text === text.toLowerCase() && text !== text.toUpperCase() },
  istitle: { parameters: '', call: (text) => text === titled(text) && /\p{L}/u.test(text) },
  isidentifier: { parameters: '', call: (text) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the signs of ASCII
  isascii: { parameters: '', call: (text) => /^[\x00-\x7f]*$/.test(text) },
  encode: { parameters: 'encoding errors', call: (text) => text },
  decode: { parameters: 'encoding errors', call: (text) => text },
}
