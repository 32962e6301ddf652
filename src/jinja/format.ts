import { JinjaError } from './failure.ts'
import { fixed } from './percent.ts'
import { floatText, repr, str } from './text.ts'
import {
  hasKey,
  isFloat,
  isInt,
  isMapping,
  isSequence,
  numberOf,
  present,
  typeWords,
  valueAt,
} from './values.ts'
import type { Work } from './work.ts'

/** `'{} {name}'.format(…)`. */
export function formatted(
  format: string,
  positional: readonly unknown[],
  named: ReadonlyMap<string, unknown>,
  work: Work,
): string {
  let taken = 0
  const value = (path: string): unknown => {
    const [, first = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(path) ?? []
    const index = first === '' ? taken++ : /^\d+$/.test(first) ? Number(first) : undefined
    const has = index === undefined ? named.has(first) : index < positional.length
    if (!has) throw new JinjaError(`format() is given nothing for {${path}}`)
    let at = index === undefined ? named.get(first) : positional[index]
    for (const [, name, key] of rest.matchAll(/\.(\w+)|\[([^\]]+)\]/g)) at = inner(at, name ?? key ?? '')
    return present(at)
  }
  const text = format.replaceAll(/\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g, (found, field?: string) => {
    if (found === '{{' || found === '}}') return found[0] ?? ''
    if (field === undefined)
      throw new JinjaError(`a single ${found} stands in this format`, { next: `write ${found}${found}` })
    const [, path = '', conversion = '', written = ''] =
      /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(field) ?? []
    const one = value(path)
    const spec = written.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => str(value(name), work))
    return specified(
      conversion === 'r' || conversion === 'a' ? repr(one, work) : conversion === 's' ? str(one, work) : one,
      spec,
      work,
    )
  })
  work.text(text.length)
  return text
}

function inner(value: unknown, key: string): unknown {
  if (isMapping(value) && hasKey(value, key)) return valueAt(value, key)
  if (isSequence(value) && /^\d+$/.test(key)) return value[Number(key)]
  throw new JinjaError(`${typeWords(value)} has no "${key}"`)
}

/** A value in the form that a format specification asks for: `>10`, `05d`, `.2f`, `,`. */
function specified(value: unknown, spec: string, work: Work): string {
  if (spec === '') return str(value, work)
  const [, fill = ' ', align, sign = '', alternate, zero, width = '0', grouping, precision, kind = ''] =
    /^(?:([\s\S])(?=[<>=^]))?([<>=^])?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u.exec(spec) ??
    []
  if (
    /^[\s\S]+$/.test(spec) &&
    !/^(?:([\s\S])(?=[<>=^]))?([<>=^])?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u.test(spec)
  )
    throw new JinjaError(`"${spec}" is no format that is known`)
  work.text(Number(width))
  const number = typeof value === 'string' ? undefined : numberOf(value)
  if (number === undefined) {
    const text = str(value, work)
    const cut = precision === undefined ? text : [...text].slice(0, Number(precision)).join('')
    return aligned(cut, align ?? '<', fill, Number(width))
  }
  const before = number < 0 || Object.is(number, -0) ? '-' : sign === '-' ? '' : sign
  const digits = grouped(
    digitsOf(value, Math.abs(number), kind, precision, alternate !== undefined),
    grouping,
  )
  if (zero && !align) return before + digits.padStart(Number(width) - before.length, '0')
  if (align === '=') return before + aligned(digits, '>', fill, Number(width) - before.length)
  return aligned(before + digits, align ?? '>', fill, Number(width))
}

function digitsOf(
  value: unknown,
  number: number,
  kind: string,
  precision: string | undefined,
  alternate: boolean,
): string {
  const whole = isInt(value) || typeof value === 'boolean'
  if (whole && (kind === '' || 'dn'.includes(kind)) && precision === undefined)
    return String(BigInt(value)).replace('-', '')
  if ('xXob'.includes(kind) && kind !== '') {
    const text = BigInt(Math.trunc(number)).toString({ x: 16, X: 16, o: 8, b: 2 }[kind])
    const prefix = alternate ? `0${kind}` : ''
    return prefix + (kind === 'X' ? text.toUpperCase() : text)
  }
  if (kind === '%') return `${fixed(number * 100, 'f', Number(precision ?? 6))}%`
  if (kind === 'c') return String.fromCodePoint(number)
  if (kind === '' && isFloat(value))
    return precision === undefined ? floatText(number) : fixed(number, 'g', Number(precision))
  if ('eEfFgG'.includes(kind)) {
    const text = fixed(number, kind.toLowerCase() || 'g', Number(precision ?? 6))
    return kind === kind.toUpperCase() ? text.toUpperCase() : text
  }
  throw new JinjaError(`"${kind}" is no way to write a number`)
}

function grouped(digits: string, grouping: string | undefined): string {
  if (grouping === undefined) return digits
  const [, whole = '', rest = ''] = /^(\d*)(.*)$/s.exec(digits) ?? []
  return whole.replaceAll(/\B(?=(\d{3})+$)/g, grouping) + rest
}

function aligned(text: string, align: string, fill: string, width: number): string {
  const space = Math.max(0, width - [...text].length)
  if (align === '>' || align === '=') return fill.repeat(space) + text
  if (align === '<') return text + fill.repeat(space)
  return fill.repeat(Math.floor(space / 2)) + text + fill.repeat(space - Math.floor(space / 2))
}
