import { z } from 'zod'

/**
 * A regular expression of Python as one of JavaScript. Throws SyntaxError with what is wrong, or with what only Python
 * has.
 */
export function pythonRegExp(pattern: string, flags = ''): RegExp {
  const [head = '', letters = ''] = /^\(\?([aimsux]+)\)/.exec(pattern) ?? []
  if (/[xu]/.test(letters.replace('u', ''))) throw new SyntaxError('(?x) is not supported here')
  const kept = [...letters].filter((letter) => 'ims'.includes(letter))
  const all = [...new Set([...flags, ...kept])].join('')
  return new RegExp(translated(pattern.slice(head.length)), all)
}

const pieces = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\(\?P<(\w+)>|\(\?P=(\w+)\)|\(\?#[^)]*\)|\$/g

function translated(pattern: string): string {
  return pattern.replaceAll(pieces, (piece, name: string | undefined, back: string | undefined) => {
    if (name !== undefined) return `(?<${name}>`
    if (back !== undefined) return `\\k<${back}>`
    if (piece.startsWith('(?#')) return ''
    if (piece.startsWith('[')) return characterClass(piece)
    if (piece === '\\A') return '(?<![\\s\\S])'
    if (piece === '\\Z') return '(?![\\s\\S])'
    // Also before the line feed that ends a text.
    if (piece === '$') return '(?=\\n?(?![\\s\\S])|$)'
    return piece
  })
}

/** A `]` at its head is one of its characters. */
function characterClass(piece: string): string {
  const [, open = '[', inner = ''] = /^(\[\^?)([\s\S]*)\]$/.exec(piece) ?? []
  return `${open}${inner.startsWith(']') ? `\\${inner}` : inner.replaceAll(/(?<!\\)\[/g, '\\[')}]`
}

/** What Python's `\1`, `\g<1>` and `\g<name>` stand for after a match; other escapes as Python reads them. */
export function expanded(template: string, match: RegExpExecArray): string {
  return template.replaceAll(
    /\\(?:g<(\w+)>|(\d{1,2})|([\s\S]))/g,
    (whole, name: string | undefined, number: string | undefined, letter: string | undefined) => {
      const group = name ?? number
      if (group !== undefined)
        return (/^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group]) ?? ''
      return letter === undefined ? whole : (escapes[letter] ?? whole)
    },
  )
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
}

/** A regular expression of Python. */
export const pythonPattern = z.string().check((context) => {
  try {
    pythonRegExp(context.value)
  } catch (error) {
    const reason = String(error).replace(/^.*: /s, '')
    context.issues.push({ code: 'custom', input: context.value, message: `no regular expression: ${reason}` })
  }
})
