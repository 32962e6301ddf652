import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { passwordScheme, saltLetters } from '../../jinja/crypt.ts'
import { JinjaError } from '../../jinja/failure.ts'
import { isSequence } from '../../jinja/values.ts'
import { readTextFileNow } from '../files.ts'
import { pathAs } from './paths.ts'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const sets: Readonly<Record<string, string>> = {
  ascii_letters: letters,
  ascii_lowercase: letters.slice(0, 26),
  ascii_uppercase: letters.slice(26),
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
}

/** The password that a file keeps; one is made where the file is not there yet, but for /dev/null. */
export function passwordFor(term: string, options: ReadonlyMap<string, unknown>, directory: string): string {
  const [named = '', ...words] = term.split(/\s+(?=\w+=)/)
  const said = new Map<string, unknown>([
    ...words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const),
    ...options,
  ])
  for (const name of said.keys())
    if (!['length', 'chars', 'encrypt', 'ident'].includes(name))
      throw new JinjaError(`the lookup "password" has no parameter "${name}"`, {
        next: 'known: length, chars, encrypt',
      })
  const path = isAbsolute(named) ? named : join(directory, pathAs('home', named))
  const kept = path !== '/dev/null' && existsSync(path) ? readTextFileNow(path).replace(/\n$/, '') : undefined
  const [, before, salt] = kept === undefined ? [] : (/^(.*?)(?: salt=(\S+))?$/s.exec(kept) ?? [])
  const password = before ?? random(signsOf(said.get('chars')), Number(said.get('length') ?? 20))
  const kind = said.get('encrypt')
  const scheme = kind === undefined ? undefined : passwordScheme(String(kind))
  if (kind !== undefined && !scheme)
    throw new JinjaError(`encrypt=${String(kind)} is not supported`, { next: 'write encrypt=sha512_crypt' })
  const used = scheme ? (salt ?? random(saltLetters, scheme.salt)) : salt
  if (path !== '/dev/null' && (kept === undefined || used !== salt)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, `${password}${used === undefined ? '' : ` salt=${used}`}\n`, { mode: 0o600 })
  }
  return scheme ? scheme.hash(password, used ?? '') : password
}

function signsOf(chars: unknown): string {
  if (chars === undefined || chars === null) return `${letters}${sets.digits}.,:-_`
  const words = isSequence(chars)
    ? chars.map(String)
    : String(chars)
        .replaceAll(',,', ',\u0000')
        .split(',')
        .map((word) => word.replace('\u0000', ','))
  return [...new Set(words.map((word) => sets[word] ?? word).join(''))].join('')
}

function random(signs: string, length: number): string {
  if (signs === '' || !Number.isInteger(length) || length < 1 || length > 1024)
    throw new JinjaError('a password has from 1 to 1024 letters, of at least one kind')
  return Array.from({ length }, () => signs[randomInt(signs.length)]).join('')
}
